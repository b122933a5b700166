package dev.tunedrop.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// A manager for each test, and proof that closing it frees everything the test made.
abstract class EngineTest {
    LtNDManager manager = LtEngine.manager();
    private long before;

    @BeforeEach
    void countHandles() {
        before = LtEngine.liveHandles();
    }

    @AfterEach
    void nothingIsLeftBehind() {
        manager.close();
        assertThat(LtEngine.liveHandles()).isEqualTo(before);
    }
}
