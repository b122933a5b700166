/// Models that can be trained: a batch goes in, a loss and gradients come out.
///
/// Start with [dev.tunedrop.trainer.model.Trainable]; the training loop sees nothing else of a model. Behind it,
/// [dev.tunedrop.trainer.model.LoraModel] trains an adapter on a frozen base and
/// [dev.tunedrop.trainer.model.FullModel] trains every weight; both run the same decoder layers. What differs between
/// families of models is data; [dev.tunedrop.trainer.model.Recipe] turns it into ops. May depend on `op`,
/// `quant`, `weights` and `adapter`; never on the loop, the optimiser or checkpoints.
@NullMarked
package dev.tunedrop.trainer.model;

import org.jspecify.annotations.NullMarked;
