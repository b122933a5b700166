package dev.tunedrop.functions.cloud;

import dev.tunedrop.functions.cloud.memory.MemoryBudget;

class MemoryBudgetTest extends BudgetContract {

    private final Budget budget = new MemoryBudget();

    @Override
    protected Budget budget() {
        return budget;
    }
}
