package dev.tunedrop.trainer.quant;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentHashMap;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.tunedrop.libtorch.LtEngine;

/// The tables that dequantising looks values up in, on a device. They are made once for each device and stay: 3
/// KiB, where making them for every weight would have the host wait for the device hundreds of times a step.
///
/// @param code the code points (16) fp32
/// @param dynamic [DynamicCode] (256) fp32
/// @param pairs both code points of a byte (256): two fp32 each, held as one 64-bit element so that they are copied in
///     one piece
record Nf4Tables(NDArray code, NDArray dynamic, NDArray pairs) {

    private static final ConcurrentHashMap<Device, Nf4Tables> BY_DEVICE = new ConcurrentHashMap<>();

    static Nf4Tables on(Device device) {
        return BY_DEVICE.computeIfAbsent(device, Nf4Tables::make);
    }

    @SuppressWarnings("resource") // the manager lives as long as the process, as the tables do
    private static Nf4Tables make(Device device) {
        NDManager manager = Engine.getEngine(LtEngine.NAME).newBaseManager(device);
        float[] code = Nf4.code();
        ByteBuffer pairs = ByteBuffer.allocate(256 * Double.BYTES).order(ByteOrder.nativeOrder());
        for (int both = 0; both < 256; both++) pairs.putFloat(code[both >> 4]).putFloat(code[both & 0xF]);
        return new Nf4Tables(
                manager.create(code),
                manager.create(DynamicCode.code()),
                manager.create(pairs.flip(), new Shape(256), DataType.FLOAT64));
    }
}
