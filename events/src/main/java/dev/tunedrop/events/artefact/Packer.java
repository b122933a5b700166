package dev.tunedrop.events.artefact;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Best-fit-decreasing bin packing: longest first, each into the fullest bin that still takes it. It needs at most
/// 11/9 of the optimum plus one bin (Johnson et al., SIAM J. Comput. 1974). The trainer packs with it, and the dataset
/// report says by it how full the packs will be.
public final class Packer {

    private Packer() {}

    /// @param lengths each at least 1 and at most `capacity`
    /// @return bins in the order in which they were opened, each with the places of what it holds, rising
    public static List<int[]> pack(int[] lengths, int capacity) {
        List<List<Integer>> bins = new ArrayList<>();
        TreeMap<Integer, Deque<Integer>> binsByRoom = new TreeMap<>();
        List<Integer> longestFirst = IntStream.range(0, lengths.length)
                .boxed()
                .sorted((a, b) -> lengths[a] != lengths[b] ? Integer.compare(lengths[b], lengths[a]) : a - b)
                .toList();
        for (int item : longestFirst) {
            Map.Entry<Integer, Deque<Integer>> tightest = binsByRoom.ceilingEntry(lengths[item]);
            int bin;
            int room;
            if (tightest == null) {
                bin = bins.size();
                room = capacity;
                bins.add(new ArrayList<>());
            } else {
                room = tightest.getKey();
                bin = tightest.getValue().removeFirst();
                if (tightest.getValue().isEmpty()) binsByRoom.remove(room);
            }
            bins.get(bin).add(item);
            binsByRoom
                    .computeIfAbsent(room - lengths[item], r -> new ArrayDeque<>())
                    .addLast(bin);
        }
        return bins.stream()
                .map(bin -> bin.stream().mapToInt(Integer::intValue).sorted().toArray())
                .toList();
    }
}
