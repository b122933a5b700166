package dev.tunedrop.trainer.cli;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import dev.tunedrop.events.run.Rewards;
import dev.tunedrop.trainer.data.Classified;
import dev.tunedrop.trainer.data.HeldOut;

/// What `eval` found, for people and for programs.
sealed interface EvalAnswer {

    String sentence();

    Map<String, Object> fields();

    record Tokens(HeldOut.Loss loss) implements EvalAnswer {
        @Override
        public String sentence() {
            return String.format(Locale.ROOT, "loss %.6f over %,d tokens", loss.mean(), loss.tokens());
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("loss", loss.mean());
            fields.put("tokens", loss.tokens());
            return fields;
        }
    }

    record Pairs(HeldOut.Loss loss, Rewards rewards) implements EvalAnswer {
        @Override
        public String sentence() {
            return String.format(
                    Locale.ROOT,
                    "loss %.6f, reward accuracy %.4f, margin %.4f over %,d pairs",
                    loss.mean(),
                    rewards.accuracy(),
                    rewards.margin(),
                    loss.units());
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("loss", loss.mean());
            fields.put("accuracy", rewards.accuracy());
            fields.put("margin", rewards.margin());
            fields.put("pairs", loss.units());
            return fields;
        }
    }

    record Rows(Classified of) implements EvalAnswer {
        @Override
        public String sentence() {
            return String.format(
                    Locale.ROOT,
                    "loss %.6f, accuracy %.4f, macro F1 %.4f over %,d rows",
                    of.loss(),
                    of.accuracy(),
                    of.macroF1(),
                    of.rows());
        }

        @Override
        public Map<String, Object> fields() {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("loss", of.loss());
            fields.put("accuracy", of.accuracy());
            fields.put("macroF1", of.macroF1());
            fields.put("rows", of.rows());
            return fields;
        }
    }
}
