package dev.tunedrop.trainer.run;

import dev.tunedrop.trainer.model.MicroBatch;

/// A model that is only measured.
interface Reference extends AutoCloseable {

    /// The sum of the losses in nats.
    double loss(MicroBatch batch);

    @Override
    void close();
}
