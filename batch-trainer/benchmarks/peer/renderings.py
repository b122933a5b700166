"""What transformers makes of chats by the chat templates that models come with.

    python3 renderings.py DATA > ../../text/src/test/resources/dev/tunedrop/text/template/renderings.json

DATA holds chat_templates. Each chat is rendered by each template, and written with the sha256 of what came out, or
null where the template refuses it: the templates belong to their owners and stay where they are. The clock of
strftime_now stands still. Needs transformers and jinja2, whose versions are in the output.
"""

import datetime
import hashlib
import json
import pathlib
import sys

import jinja2
import transformers
from transformers.utils import chat_template_utils

DAY = datetime.datetime(2024, 7, 26)
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return DAY


chat_template_utils.datetime = Clock


def user(text):
    return {"role": "user", "content": text}


def assistant(text):
    return {"role": "assistant", "content": text}


def system(text):
    return {"role": "system", "content": text}


def call(number, name, arguments, text=""):
    function = {"name": name, "arguments": arguments}
    return {"role": "assistant", "content": text, "tool_calls": [{"id": number, "type": "function", "function": function}]}


def tool(number, text):
    return {"role": "tool", "content": text, "tool_call_id": number}


WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather <of> a place & \"its\" 'sky' – naïve 🙂",
        "parameters": {
            "type": "object",
            "properties": {"place": {"type": "string", "enum": ["Zürich", "東京"]}, "days": {"type": "integer", "minimum": 1}},
            "required": ["place"],
        },
    },
}
CLOCK = {"type": "function", "function": {"name": "clock", "description": "", "parameters": {"type": "object", "properties": {}}}}

TEXTS = [
    "a", "  a  ", "a\n\n", "\u00a0a\u2003", " ", "", "false", "False", "true", "None", "0", "-1", "1.0", "1e5", "[]", "{}", "[1, 2]",
    "'", '"', "\\n", "a\\b", "<b>&amp;</b>", "{{ bos_token }}", "{% raw %}", "{# x #}", "日本語 🙂 é", "a\u2028b\u0085c\u0000d",
    "<think>\nb\n</think>\n\na", "[INST] x [/INST]", "ß", "x" * 300,
]
RESULTS = ['{"celsius": 21.5}', "21", "sunny", '"quoted"', '["a", {"b": null}]', "true", "", " padded ", "é 🙂 </tool>", "a\nb\\"]
ARGUMENTS = [
    {"place": "Zürich"}, {}, {"place": "東京", "days": 2}, {"a": [1, 2.5, None, True], "b": {"c": "<&>'\""}}, {"x": 1e20, "y": 1e-7, "z": -0.0},
    {"x": "line\nbreak\ttab\\ \u2028"},
]

chats = []
for text in TEXTS:
    chats.append(([user(text), assistant("b")], None))
    chats.append(([user("q"), assistant(text)], None))
    chats.append(([system(text), user("q"), assistant("b")], None))
    chats.append(([user("q"), assistant("b"), user(text), assistant("c")], None))
chats.append(([user("q")], None))
chats.append(([system("s"), user("q")], None))
chats.append(([system("s")], None))
chats.append(([assistant("a")], None))
chats.append(([user("q"), user("r")], None))
chats.append(([user("q"), assistant("a"), system("s"), user("r")], None))
chats.append(([system("s"), system("t"), user("q"), assistant("a")], None))
for tools in ([WEATHER], [WEATHER, CLOCK]):
    chats.append(([user("q"), assistant("a")], tools))
    chats.append(([system("s"), user("q"), assistant("a")], tools))
    chats.append(([user("q"), assistant("a"), user("r"), assistant("b")], tools))
for arguments in ARGUMENTS:
    begun = [user("q"), call("abcdef123", "weather", arguments)]
    for tools in (None, [WEATHER]):
        chats.append((begun, tools))
        chats.append((begun + [tool("abcdef123", "21"), assistant("b")], tools))
        chats.append(([system("s")] + begun + [tool("abcdef123", "21"), assistant("b")], tools))
    chats.append(([user("q"), call("abcdef123", "weather", arguments, "Let me see. ")], [WEATHER]))
for result in RESULTS:
    chats.append(([user("q"), call("abcdef123", "weather", {}), tool("abcdef123", result), assistant("b")], [WEATHER]))
    chats.append(([user("q"), call("abcdef123", "weather", {}), tool("abcdef123", result), assistant("b"), user("r")], None))
both = {"role": "assistant", "content": "", "tool_calls": call("abcdef123", "weather", {})["tool_calls"] + call("abcdef124", "clock", {})["tool_calls"]}
chats.append(([user("q"), both, tool("abcdef123", "21"), tool("abcdef124", "noon"), assistant("b")], [WEATHER, CLOCK]))
chats.append(([user("q"), call("1", "weather", {}), tool("1", "21"), assistant("b")], [WEATHER]))


def rendered(template, chat, tools, prompt):
    try:
        texts, _ = chat_template_utils.render_jinja_template(
            [chat], tools=tools, chat_template=template, add_generation_prompt=prompt, **TOKENS)
    except (jinja2.exceptions.TemplateError, TypeError) as refused:
        return None
    return hashlib.sha256(texts[0].encode("utf-8", "surrogatepass")).hexdigest()


# templates of one expression each, for what no model's own template asks
SMALL = [
    "{% if messages[0].content %}y{% else %}n{% endif %}",
    "{{ 'y' if messages[0].content else 'n' }}",
    "{{ 'n' if not messages[0].content else 'y' }}",
    "{% if messages[0].content and true %}y{% else %}n{% endif %}",
    "{{ messages[0].content or 'other' }}",
    "{% for m in messages if m.content %}{{ loop.index }}{% endfor %}",
    "{% if false %}{% elif messages[0].content %}y{% endif %}",
    "{% set s = messages[0].content %}{% if s %}y{% endif %}",
    "{% if messages[0].content is iterable %}i{% endif %}{% if messages[0].content is sequence %}s{% endif %}"
    "{% if messages[0].content is mapping %}m{% endif %}{% if messages[0].content is string %}t{% endif %}",
    "{% if messages is iterable %}i{% endif %}{% if messages is sequence %}s{% endif %}{% if messages[0] is iterable %}i{% endif %}"
    "{% if messages[0] is sequence %}s{% endif %}{% if messages[0] is mapping %}m{% endif %}",
    "{% if 3 is not iterable %}n{% endif %}{% if 3 is not sequence %}n{% endif %}",
    "{{ not messages[0].content == 'a' }}{{ not messages[0].content != 'a' and true }}{{ not 1 > 2 or false }}{{ not 1 in [1, 2] }}",
    "{{ not not messages[0].content == 'a' }}{{ [not 1 == 2, not (1 == 2)] | length }}{{ 'y' if not messages[0].content == 'a' else 'n' }}",
    "{{ 1 not in [1] }}{{ x is not defined }}{{ not x is not defined }}{{ not x is defined and not messages is defined }}",
    "{{ not 'not a == b' == messages[0].content }}{% if not messages|length == 1 %}n{% elif not messages | length == 2 %}e{% endif %}",
    "{{ 'not a' if messages[0].content else \"not 'b'\" }}{{ notes is defined }}{% set nothing = not true == false %}{{ nothing }}",
    "{{ [0.0, -0.0, 1.5, 1e20, 1e-7] | tojson }}{{ -0.0 }}",
]


templates = sorted(pathlib.Path(sys.argv[1], "chat_templates").glob("*.jinja"))
sources = {path.name: path.read_text(encoding="utf-8") for path in templates}
if len(sys.argv) > 2:  # one rendering, to look at: TEMPLATE CHAT
    chat, tools = chats[int(sys.argv[3])]
    print(chat_template_utils.render_jinja_template([chat], tools=tools, chat_template=sources[sys.argv[2]], add_generation_prompt=False, **TOKENS)[0][0])
    sys.exit()
cases = []
for chat, tools in chats:
    for prompt in (False, True):
        cases.append({
            "messages": chat, "tools": tools or [], "prompt": prompt,
            "sha256": {name: rendered(source, chat, tools, prompt) for name, source in sources.items()},
        })
small = [
    {"template": source, "content": text, "expected": chat_template_utils.render_jinja_template([[user(text)]], chat_template=source)[0][0]}
    for source in SMALL for text in TEXTS[:-1]
]
print(json.dumps({
    "made": datetime.date.today().isoformat(),
    "versions": {"transformers": transformers.__version__, "jinja2": jinja2.__version__},
    "tokens": TOKENS,
    "day": DAY.date().isoformat(),
    "small": small,
    "cases": cases,
}, ensure_ascii=True, indent=None, separators=(",", ":")).replace('{"messages"', '\n{"messages"').replace('{"template"', '\n{"template"'))
