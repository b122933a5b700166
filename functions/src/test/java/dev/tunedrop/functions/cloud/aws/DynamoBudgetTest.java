package dev.tunedrop.functions.cloud.aws;

import dev.tunedrop.functions.cloud.Budget;
import dev.tunedrop.functions.cloud.BudgetContract;

class DynamoBudgetTest extends BudgetContract {

    @Override
    protected Budget budget() {
        return new DynamoBudget(DynamoTable.CLIENT, DynamoTable.NAME);
    }
}
