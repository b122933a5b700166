package dev.tunedrop.trainer.kill;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;

/// Puts calls of [Kill] where a [Place] says.
final class Weaver {

    private static final ClassDesc KILL = ClassDesc.of(Kill.class.getName());
    private static final MethodTypeDesc REACHED = MethodTypeDesc.of(ConstantDescs.CD_void);
    private static final MethodTypeDesc HALF_WRITE = MethodTypeDesc.of(
            ConstantDescs.CD_void,
            ClassDesc.of("java.nio.channels.WritableByteChannel"),
            ClassDesc.of("java.nio.ByteBuffer"));

    private Weaver() {}

    /// @param calls how many were put in; 0: the program has no such place any more
    @SuppressWarnings("ArrayRecordComponent") // a class file, never compared
    record Woven(byte[] classFile, int calls) {}

    static Woven weave(byte[] classFile, Place place) {
        AtomicInteger calls = new AtomicInteger();
        // Reads other classes as files: to load one here would load it without its own calls, or the one at hand twice.
        ClassFile tool = ClassFile.of(ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(ClassLoader.getSystemClassLoader())));
        byte[] woven = tool.transformClass(
                tool.parse(classFile),
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString(place.method()), new Insertion(place, calls)));
        return new Woven(woven, calls.get());
    }

    private record Insertion(Place place, AtomicInteger calls) implements CodeTransform {

        @Override
        public void atStart(CodeBuilder code) {
            switch (place.when()) {
                case ENTRY -> reached(code);
                case HALF_WRITTEN -> {
                    calls.incrementAndGet();
                    code.aload(0).aload(1).invokestatic(KILL, "halfWrite", HALF_WRITE);
                }
                case EXIT, BEFORE_CALL, AFTER_CALL -> {}
            }
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            boolean call = element instanceof InvokeInstruction invoke
                    && place.isCall(
                            invoke.owner().asInternalName(), invoke.name().stringValue());
            boolean before = switch (place.when()) {
                case EXIT -> element instanceof ReturnInstruction;
                case BEFORE_CALL -> call;
                case ENTRY, AFTER_CALL, HALF_WRITTEN -> false;
            };
            if (before) reached(code);
            code.with(element);
            if (call && place.when() == Place.When.AFTER_CALL) reached(code);
        }

        private void reached(CodeBuilder code) {
            calls.incrementAndGet();
            code.invokestatic(KILL, "reached", REACHED);
        }
    }
}
