package dev.tunedrop.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineStampTest {

    @Test
    void aRunOnAGpuIsPromisedWithinTolerancesOnly() {
        assertThat(new MachineStamp("cuda", "any", "2.7.1", 2).repeatsBits()).isFalse();
        assertThat(new MachineStamp("cpu", "any", "2.7.1", 2).repeatsBits()).isTrue();
    }
}
