package dev.tunedrop.trainer.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the layer inputs that a backward computes again from wait for it: on the device as they are, or in
/// [HostInputs]. The numbers are the same.
interface InputStore {

    Logger LOG = LoggerFactory.getLogger(InputStore.class);

    /// A layer input that waits.
    interface Waiting extends AutoCloseable {

        /// The input on the scope's device.
        NDArray bringBack(NDManager step);

        @Override
        void close();
    }

    /// Takes over a layer's input, which nobody else needs until it is brought back.
    Waiting keep(int layer, NDArray x);

    /// Bytes of device memory that an input of so many bytes takes while it waits.
    long deviceBytes(long bytes);

    static InputStore of(BaseOptions.Offload offload, NDManager manager) {
        boolean gpu = manager.getDevice().isGpu();
        return switch (offload) {
            case NEVER -> new OnDevice();
            case ALWAYS -> new HostInputs(manager.newSubManager(Device.cpu()), gpu);
            case FROM_GPU -> {
                if (gpu) yield new HostInputs(manager.newSubManager(Device.cpu()), true);
                LOG.info("memory.offloadActivations changes nothing here: the run computes on the CPU, in host memory"
                        + " already");
                yield new OnDevice();
            }
        };
    }

    /// Nothing moves.
    record OnDevice() implements InputStore {
        @Override
        public Waiting keep(int layer, NDArray x) {
            return new Here(x);
        }

        @Override
        public long deviceBytes(long bytes) {
            return bytes;
        }

        private record Here(NDArray x) implements Waiting {
            @Override
            public NDArray bringBack(NDManager step) {
                return x;
            }

            @Override
            public void close() {
                x.close();
            }
        }
    }
}
