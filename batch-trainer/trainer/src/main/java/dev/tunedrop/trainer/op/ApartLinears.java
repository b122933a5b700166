package dev.tunedrop.trainer.op;

import java.util.List;

import ai.djl.ndarray.NDArray;

/// One map after the other.
public record ApartLinears(List<Linear> maps) implements LinearGroup {

    @Override
    public List<NDArray> forward(NDArray x) {
        return maps.stream().map(map -> map.forward(x)).toList();
    }

    @Override
    public NDArray backward(NDArray x, List<NDArray> dys) {
        NDArray dx = null;
        for (int i = 0; i < maps.size(); i++) {
            NDArray part;
            try (NDArray dy = dys.get(i)) {
                part = maps.get(i).backward(x, dy);
            }
            dx = dx == null ? part : sum(dx, part);
        }
        if (dx == null) throw new IllegalStateException("a group has at least one map");
        return dx;
    }

    /// a + b, in their place
    private static NDArray sum(NDArray a, NDArray b) {
        try (a;
                b) {
            return a.add(b);
        }
    }
}
