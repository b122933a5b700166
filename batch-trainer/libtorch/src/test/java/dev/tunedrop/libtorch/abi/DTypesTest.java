package dev.tunedrop.libtorch.abi;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.util.Locale;

import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DTypesTest {
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"COMPLEX64", "STRING", "UNKNOWN"})
    void everyCodeIsTheOneLibTorchGives(DataType type) throws Throwable {
        String name = type == DataType.BOOLEAN ? "bool" : type.name().toLowerCase(Locale.ROOT);
        int code = (int) Linker.nativeLinker()
                .downcallHandle(
                        Abi.TORCH.symbols().findOrThrow("aoti_torch_dtype_" + name), FunctionDescriptor.of(JAVA_INT))
                .invokeExact();
        assertThat(DTypes.code(type)).isEqualTo(code);
        assertThat(DTypes.of(code)).isEqualTo(type);
    }

    @Test
    void typesWithoutACodeAreRefused() {
        assertThatThrownBy(() -> DTypes.code(DataType.STRING)).hasMessageContaining("string");
        assertThatThrownBy(() -> DTypes.of(9)).hasMessageContaining("scalar type 9");
        assertThatThrownBy(() -> DTypes.of(1000)).hasMessageContaining("scalar type 1000");
    }
}
