package dev.tunedrop.trainer.optim;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import dev.tunedrop.libtorch.Aten;
import dev.tunedrop.libtorch.LtNDArray;
import dev.tunedrop.libtorch.Ops;

/// Where the optimiser's state lives between two steps, and how it comes to the device for one.
enum Residence {
    /// On the device.
    DEVICE {
        @Override
        NDManager home(NDManager device) {
            return device;
        }

        @Override
        NDArray visit(NDArray kept, NDManager scope) {
            return ((LtNDArray) kept).alias(scope);
        }

        @Override
        void leave(NDArray visitor, NDArray kept) {
            // the visitor is the kept array itself
        }
    },
    /// In host memory; a copy visits the device, one tensor at a time. The numbers are the same.
    HOST {
        @Override
        NDManager home(NDManager device) {
            return device.newSubManager(Device.cpu());
        }

        @Override
        NDArray visit(NDArray kept, NDManager scope) {
            if (scope.getDevice().isGpu()) return Ops.toDevice(kept, scope.getDevice(), scope);
            return Aten.one("aten::clone", "", ((LtNDArray) kept).alias(scope), (Object) null);
        }

        @Override
        void leave(NDArray visitor, NDArray kept) {
            Ops.copy_(kept, visitor);
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(Residence.class);

    static Residence of(boolean paged, Device device) {
        if (paged && !device.isGpu())
            LOG.info("memory.pageOptimizer changes nothing here: the run computes on the CPU, in host memory already");
        return paged && device.isGpu() ? HOST : DEVICE;
    }

    /// Where the arrays that are kept belong.
    ///
    /// @param device the optimiser's manager
    abstract NDManager home(NDManager device);

    /// The array on the scope's device, for one step.
    abstract NDArray visit(NDArray kept, NDManager scope);

    /// Keeps what the visit has changed.
    abstract void leave(NDArray visitor, NDArray kept);
}
