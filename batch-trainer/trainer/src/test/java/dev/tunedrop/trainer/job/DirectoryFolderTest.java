package dev.tunedrop.trainer.job;

class DirectoryFolderTest extends ObjectFolderContract {

    @Override
    protected ObjectFolder bucket() {
        return new DirectoryFolder(folder.resolve("bucket"));
    }
}
