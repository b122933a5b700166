/// Renders Hugging Face chat templates as Python's Jinja does, on Jinjava.
///
/// Start at [dev.tunedrop.text.template.ChatTemplate]. The other classes are the places where Jinjava and Python
/// differ: what an attribute or method may be, how values print, JSON, dates, loops with a condition. A template is
/// other people's code, so it reaches no Java object, and its loops, time and output have bounds.
@NullMarked
package dev.tunedrop.text.template;

import org.jspecify.annotations.NullMarked;
