package dev.tunedrop.functions.cloud;

import dev.tunedrop.functions.cloud.memory.MemoryLedger;

class MemoryLedgerTest extends LedgerContract {

    private final Ledger ledger = new MemoryLedger();

    @Override
    protected Ledger ledger() {
        return ledger;
    }
}
