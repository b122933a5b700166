package dev.tunedrop.text.bpe;

import java.util.Arrays;

/// The vocabulary: id ↔ bytes. One pool of bytes and open addressing over it; nothing is held per token but numbers.
final class TokenTable {

    private static final int NO_ID = -1;

    private byte[] pool = new byte[1 << 16];
    private int poolSize;
    private int[] starts = new int[1 << 12];
    private int[] lengths = new int[1 << 12];
    private int[] slots = new int[1 << 13];
    private int size;
    private int highest = NO_ID;

    TokenTable() {
        Arrays.fill(lengths, NO_ID);
        Arrays.fill(slots, NO_ID);
    }

    /// A token that [#find] finds.
    void add(int id, byte[] bytes) {
        name(id, bytes);
        if (size * 2 >= slots.length) growSlots();
        slots[slot(bytes, 0, bytes.length)] = id;
        size++;
    }

    /// A token that has bytes, but that text never becomes.
    void name(int id, byte[] bytes) {
        if (id >= starts.length) {
            int room = Math.max(id + 1, starts.length * 2);
            int old = starts.length;
            starts = Arrays.copyOf(starts, room);
            lengths = Arrays.copyOf(lengths, room);
            Arrays.fill(lengths, old, room, NO_ID);
        }
        if (poolSize + bytes.length > pool.length)
            pool = Arrays.copyOf(pool, Math.max(pool.length * 2, poolSize + bytes.length));
        System.arraycopy(bytes, 0, pool, poolSize, bytes.length);
        starts[id] = poolSize;
        lengths[id] = bytes.length;
        poolSize += bytes.length;
        highest = Math.max(highest, id);
    }

    /// The id of these bytes, or -1.
    int find(byte[] bytes, int from, int to) {
        return slots[slot(bytes, from, to)];
    }

    int find(byte[] bytes) {
        return find(bytes, 0, bytes.length);
    }

    boolean has(int id) {
        return id >= 0 && id <= highest && lengths[id] >= 0;
    }

    int length(int id) {
        return lengths[id];
    }

    byte[] bytes(int id) {
        return Arrays.copyOfRange(pool, starts[id], starts[id] + lengths[id]);
    }

    int highest() {
        return highest;
    }

    private int slot(byte[] bytes, int from, int to) {
        int mask = slots.length - 1;
        int hash = 0;
        for (int i = from; i < to; i++) hash = 31 * hash + bytes[i];
        int slot = ((hash * 0x9E3779B9) >>> 8) & mask;
        while (slots[slot] != NO_ID && !same(slots[slot], bytes, from, to)) slot = (slot + 1) & mask;
        return slot;
    }

    private boolean same(int id, byte[] bytes, int from, int to) {
        return Arrays.equals(pool, starts[id], starts[id] + lengths[id], bytes, from, to);
    }

    private void growSlots() {
        int[] old = slots;
        slots = new int[old.length * 2];
        Arrays.fill(slots, NO_ID);
        for (int id : old) if (id != NO_ID) slots[slot(pool, starts[id], starts[id] + lengths[id])] = id;
    }
}
