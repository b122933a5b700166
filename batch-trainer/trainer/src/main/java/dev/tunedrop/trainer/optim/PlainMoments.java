package dev.tunedrop.trainer.optim;

import java.util.LinkedHashMap;
import java.util.Map;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/// Moments in fp32, of the parameter's shape: 8 bytes a weight.
final class PlainMoments implements Moments {

    private final NDArray first;
    private final NDArray second;
    private final Residence residence;

    PlainMoments(Shape shape, NDManager home, Residence residence) {
        this.first = home.zeros(shape, DataType.FLOAT32);
        this.second = home.zeros(shape, DataType.FLOAT32);
        this.residence = residence;
    }

    @Override
    public void move(NDArray p, NDArray g, Update update, NDManager scope) {
        NDArray m = residence.visit(first, scope);
        NDArray v = residence.visit(second, scope);
        update.move(p, g, m, v);
        residence.leave(m, first);
        residence.leave(v, second);
    }

    @Override
    public Map<String, NDArray> arrays() {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("first", first);
        arrays.put("second", second);
        return arrays;
    }
}
