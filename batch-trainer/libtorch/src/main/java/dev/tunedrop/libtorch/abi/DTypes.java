package dev.tunedrop.libtorch.abi;

import ai.djl.ndarray.types.DataType;
import org.jspecify.annotations.Nullable;

/// DJL's data types and the codes of `c10::ScalarType`, which are part of LibTorch's file formats and do not change.
public final class DTypes {
    private static final @Nullable DataType[] BY_CODE = new @Nullable DataType[64];

    static {
        for (DataType type : DataType.values()) {
            int code = codeOrMinusOne(type);
            if (code >= 0) {
                BY_CODE[code] = type;
            }
        }
    }

    private DTypes() {}

    private static int codeOrMinusOne(DataType type) {
        return switch (type) {
            case UINT8 -> 0;
            case INT8 -> 1;
            case INT16 -> 2;
            case INT32 -> 3;
            case INT64 -> 4;
            case FLOAT16 -> 5;
            case FLOAT32 -> 6;
            case FLOAT64 -> 7;
            case BOOLEAN -> 11;
            case BFLOAT16 -> 15;
            case UINT16 -> 27;
            case UINT32 -> 28;
            case UINT64 -> 29;
            case COMPLEX64, STRING, UNKNOWN -> -1;
        };
    }

    /// The code of a type.
    public static int code(DataType type) {
        int code = codeOrMinusOne(type);
        if (code < 0) {
            throw new IllegalArgumentException(
                    "LibTorch arrays cannot hold " + type + "; cast to a numeric type first.");
        }
        return code;
    }

    /// The type of a code.
    public static DataType of(int code) {
        DataType type = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
        if (type == null) {
            throw new LibTorchException("LibTorch answered a tensor of scalar type " + code
                    + ", which no DJL data type stands for; cast it inside LibTorch first.");
        }
        return type;
    }
}
