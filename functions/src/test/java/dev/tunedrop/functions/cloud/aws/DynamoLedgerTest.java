package dev.tunedrop.functions.cloud.aws;

import dev.tunedrop.functions.cloud.Ledger;
import dev.tunedrop.functions.cloud.LedgerContract;

class DynamoLedgerTest extends LedgerContract {

    @Override
    protected Ledger ledger() {
        return new DynamoLedger(DynamoTable.CLIENT, DynamoTable.NAME);
    }
}
