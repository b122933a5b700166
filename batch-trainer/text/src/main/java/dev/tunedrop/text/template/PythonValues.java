package dev.tunedrop.text.template;

import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.hubspot.jinjava.el.ext.JinjavaBeanELResolver;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import jinjava.javax.el.PropertyNotFoundException;
import org.jspecify.annotations.Nullable;

/// What a template may ask of a value: the items of a mapping or a list, the characters of a text, the counters of a
/// loop, and the methods named here. Nothing else resolves, so no Java object is within a template's reach.
final class PythonValues extends ELResolver {

    private final JinjavaBeanELResolver library = new JinjavaBeanELResolver(true);

    @Override
    public @Nullable Object getValue(ELContext context, @Nullable Object base, @Nullable Object property) {
        if (base == null || property == null) return null;
        context.setPropertyResolved(true);
        return switch (base) {
            case Map<?, ?> map -> map.get(property.toString());
            case List<?> list -> item(list, property);
            case Object[] array -> item(Arrays.asList(array), property);
            case String text -> {
                Integer index = index(property, text.length());
                yield index == null ? null : text.substring(index, index + 1);
            }
            case ForLoop loop -> {
                Object value = library.getValue(context, loop, property);
                context.setPropertyResolved(true);
                yield value;
            }
            default -> throw new PropertyNotFoundException("has no attribute of that name");
        };
    }

    private static @Nullable Object item(List<?> list, Object property) {
        Integer index = index(property, list.size());
        return index == null ? null : list.get(index);
    }

    /// The position meant by an index that may count from the end; null where there is none.
    private static @Nullable Integer index(Object property, int length) {
        try {
            int index = Integer.parseInt(property.toString());
            int position = index < 0 ? index + length : index;
            return position >= 0 && position < length ? (Integer) position : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @Override
    public @Nullable Object invoke(
            ELContext context,
            @Nullable Object base,
            Object method,
            Class<?> @Nullable [] types,
            @Nullable Object @Nullable [] arguments) {
        @Nullable Object[] given = arguments == null ? new Object[0] : arguments;
        String name = String.valueOf(method);
        Object result = switch (base) {
            case Filter filter -> library.invoke(context, filter, method, types, given);
            case ExpTest test -> library.invoke(context, test, method, types, given);
            case String text -> onText(text, name, given);
            case Map<?, ?> map -> onMapping(map, name, given);
            case null, default -> throw unknown(name);
        };
        context.setPropertyResolved(true);
        return result;
    }

    private static @Nullable Object onMapping(Map<?, ?> map, String name, @Nullable Object[] given) {
        return switch (name) {
            case "items" -> new ArrayList<>(map.entrySet());
            case "keys" -> new ArrayList<>(map.keySet());
            case "values" -> new ArrayList<>(map.values());
            case "get" ->
                map.containsKey(text(given, 0)) ? map.get(text(given, 0)) : given.length > 1 ? given[1] : null;
            default -> throw unknown(name);
        };
    }

    private static Object onText(String text, String name, @Nullable Object[] given) {
        boolean bare = given.length == 0;
        return switch (name) {
            case "strip" -> bare ? PythonText.strip(text) : PythonText.strip(text, text(given, 0), true, true);
            case "lstrip" -> bare ? PythonText.stripStart(text) : PythonText.strip(text, text(given, 0), true, false);
            case "rstrip" -> bare ? PythonText.stripEnd(text) : PythonText.strip(text, text(given, 0), false, true);
            case "split" ->
                bare
                        ? PythonText.split(text)
                        : PythonText.split(
                                text, text(given, 0), given.length > 1 ? Integer.parseInt(text(given, 1)) : -1);
            case "startswith" -> text.startsWith(text(given, 0));
            case "endswith" -> text.endsWith(text(given, 0));
            case "replace" -> text.replace(text(given, 0), text(given, 1));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "title", "capitalize" -> throw unknown(name);
            case "find" -> (long) text.indexOf(text(given, 0));
            case "count" -> (long) PythonText.split(text, text(given, 0), -1).size() - 1;
            default -> throw unknown(name);
        };
    }

    private static String text(@Nullable Object[] given, int index) {
        if (index >= given.length || given[index] == null)
            throw new InterpretException("calls a method with too few arguments");
        return String.valueOf(given[index]);
    }

    private static InterpretException unknown(String name) {
        return new InterpretException("calls ." + name + "(), which is not supported here");
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return Object.class;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new InterpretException("changes a value it was given");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) {
        return Collections.emptyIterator();
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return Object.class;
    }
}
