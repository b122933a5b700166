package dev.tunedrop.functions.dataset;

import java.util.List;

/// One good row or more of every format, with a word in each text that must never be told.
final class GoodRows {

    /// Stands in every text of the corpus; no message may hold it.
    static final String CANARY = "kanarienvogel";

    private GoodRows() {}

    record Good(DatasetFormat format, String json) {}

    private static Good good(DatasetFormat format, String json) {
        return new Good(format, json.replace('\'', '"').replace("~", CANARY + " sang"));
    }

    static final List<Good> ALL = List.of(
            good(
                    DatasetFormat.OPENAI_CHAT,
                    "{'messages':[{'role':'system','content':'~'},{'role':'user','content':'~'},{'role':'assistant','content':'~'}]}"),
            good(
                    DatasetFormat.OPENAI_CHAT,
                    "{'messages':[{'role':'user','content':'~'},{'role':'assistant','tool_calls':[{'id':'c1','type':'function','function':{'name':'f','arguments':'~'}}]},{'role':'tool','tool_call_id':'c1','content':'~'},{'role':'assistant','content':'~'}],'tools':[{'type':'function','function':{'name':'f','description':'~','parameters':{'type':'object'}}}],'parallel_tool_calls':false}"),
            good(DatasetFormat.PROMPT_COMPLETION, "{'prompt':'~','completion':'~'}"),
            good(
                    DatasetFormat.PROMPT_COMPLETION,
                    "{'prompt':[{'role':'user','content':'~'}],'completion':[{'role':'assistant','content':'~'}]}"),
            good(DatasetFormat.ALPACA, "{'instruction':'~','input':'~','output':'~'}"),
            good(
                    DatasetFormat.ALPACA,
                    "{'instruction':'~','input':'','output':'~','system':'~','history':[['~','~']]}"),
            good(
                    DatasetFormat.SHAREGPT,
                    "{'conversations':[{'from':'human','value':'~'},{'from':'gpt','value':'~'}],'system':'~'}"),
            good(
                    DatasetFormat.OPENAI_PREFERENCE,
                    "{'input':{'messages':[{'role':'user','content':'~'}]},'preferred_output':[{'role':'assistant','content':'~'}],'non_preferred_output':[{'role':'assistant','content':'~ not'}]}"),
            good(
                    DatasetFormat.OPENAI_PREFERENCE,
                    "{'input':{'messages':[{'role':'user','content':'~'}]},'preferred_completion':[{'role':'assistant','content':'~'}],'non_preferred_completion':[{'role':'assistant','content':'~ not'}]}"),
            good(DatasetFormat.PREFERENCE, "{'prompt':'~','chosen':'~','rejected':'~ not'}"),
            good(
                    DatasetFormat.PREFERENCE,
                    "{'chosen':[{'role':'user','content':'~'},{'role':'assistant','content':'~'}],'rejected':[{'role':'user','content':'~'},{'role':'assistant','content':'~ not'}]}"),
            good(
                    DatasetFormat.PREFERENCE,
                    "{'conversations':[{'from':'human','value':'~'}],'chosen':{'from':'gpt','value':'~'},'rejected':{'from':'gpt','value':'~ not'}}"),
            good(
                    DatasetFormat.BEDROCK_CONVERSATION,
                    "{'schemaVersion':'bedrock-conversation-2024','system':[{'text':'~'}],'messages':[{'role':'user','content':[{'text':'~'}]},{'role':'assistant','content':[{'text':'~'}]}]}"),
            good(
                    DatasetFormat.VERTEX_CONTENTS,
                    "{'systemInstruction':{'parts':[{'text':'~'}]},'contents':[{'role':'user','parts':[{'text':'~'}]},{'role':'model','parts':[{'text':'~'}]}]}"),
            good(
                    DatasetFormat.VERTEX_CONTENTS,
                    "{'system_instruction':{'parts':[{'text':'~'}]},'contents':[{'role':'user','parts':[{'text':'~'}]},{'role':'model','parts':[{'text':'~'}]}]}"),
            good(
                    DatasetFormat.BEDROCK_PREFERENCE,
                    "{'schemaVersion':'bedrock-conversation-2024','system':[{'text':'~'}],'messages':[{'role':'user','content':[{'text':'~'}]},{'role':'assistant','candidates':[{'content':[{'text':'~'}],'preferenceLabel':'preferred'},{'content':[{'text':'~ not'}],'preferenceLabel':'non-preferred'}]}]}"),
            good(
                    DatasetFormat.BEDROCK_PREFERENCE,
                    "{'messages':[{'role':'user','content':[{'text':'~'}]},{'role':'assistant','content':[{'text':'~'}]},{'role':'user','content':[{'text':'~'}]},{'role':'assistant','candidates':[{'content':[{'text':'~ not'}],'preferenceLabel':'non-preferred'},{'content':[{'text':'~'}],'preferenceLabel':'preferred'}]}]}"),
            good(
                    DatasetFormat.VERTEX_PREFERENCE,
                    "{'system_instruction':{'parts':[{'text':'~'}]},'contents':[{'role':'user','parts':[{'text':'~'}]}],'completions':[{'score':1,'completion':{'role':'model','parts':[{'text':'~'}]}},{'score':0,'completion':{'role':'model','parts':[{'text':'~ not'}]}}]}"),
            good(DatasetFormat.TEXT, "{'text':'~'}"),
            good(DatasetFormat.TEXT_LABEL, "{'text':'~','label':'~'}"),
            good(DatasetFormat.TEXT_LABEL, "{'text':'~','label':3}"));
}
