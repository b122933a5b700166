/// LibTorch's stable C ABI (`torch/csrc/inductor/aoti_torch/c/shim.h`) as Java methods over native handles.
///
/// Start with [Dispatcher], which calls any ATen operator by its schema name, and [Tensors], which makes, views, copies
/// and frees tensors. [Typed] has the few operators whose schema the dispatcher cannot express. A handle is a pointer
/// to a heap-allocated `at::Tensor` as a `long`; whoever receives one frees it with [Tensors#delete(long)].
///
/// Depends on `natives` and on DJL's data types; knows nothing of managers and arrays.
@NullMarked
package dev.tunedrop.libtorch.abi;

import org.jspecify.annotations.NullMarked;
