// SPDX-License-Identifier: Apache-2.0
// What a comparison found, as JSON.
#include "report/explain_json.h"

static void counts(struct json_writer *w, const char *name, const uint64_t of[COMPARE_RESULTS])
{
	json_object(w, name, false);
	for (int result = 0; result < COMPARE_RESULTS; result++)
		json_number(w, compare_result_name(result), of[result]);
	json_end_object(w);
}

/* What the packets say. */
static void verdict(struct json_writer *w, const struct ledger *l, const struct difference *d)
{
	uint32_t reply = d->is_host ? d->up.reply : d->verdict.reply;

	if (d->is_host) {
		json_null(w, "port");
		json_null(w, "protocol");
		json_words(w, "state", d->up.up ? "up" : "down");
		json_words(w, "reason", d->up.reason);
	} else {
		json_number(w, "port", d->verdict.port);
		json_words(w, "protocol", probe_kind_protocol(d->verdict.kind));
		json_words(w, "state", port_state_name(d->verdict.state));
		json_words(w, "reason", d->verdict.rule ? d->verdict.rule->reason : NULL);
	}
	if (reply == EVENT_NONE)
		json_null(w, "answer");
	else
		json_number(w, "answer", ledger_reply(l, reply)->frame);
}

static void difference(const struct comparison *c, const struct ledger *l,
		       const struct difference *d, struct json_writer *w)
{
	struct buf sentence = {0};

	comparison_say(c, l, d, &sentence);
	json_object(w, NULL, false);
	json_words(w, "result", compare_result_name(d->result));
	json_addr(w, "address", &ledger_host(l, d->host)->addr);
	verdict(w, l, d);
	json_words(w, "reported_state", d->has_claim ? claims_state(&d->claim) : NULL);
	json_words(w, "reported_reason",
		   d->has_claim && d->claim.word != CLAIM_NO_WORD
			   ? claims_word(c->claims, &d->claim)
			   : NULL);
	json_words(w, "sentence", buf_text(&sentence));
	json_end_object(w);
	w->out->failed |= sentence.failed;
	buf_done(&sentence);
}

void comparison_json(const struct comparison *c, const struct ledger *l, const char *report,
		     struct json_writer *w, const char *name)
{
	const struct claims *claims = c->claims;
	uint64_t differences = comparison_differences(c);

	json_object(w, name, true);
	json_words(w, "report", report);
	json_words(w, "scanner", claims->scanner);
	json_words(w, "damage", claims->damaged ? claims->damage.text : NULL);
	counts(w, "ports", c->ports);
	counts(w, "hosts", c->hosts);
	json_bool(w, "strange_hosts", claims->strange_hosts > 0);
	json_number(w, "strange_ports", claims->strange_kinds);
	json_array(w, "differences", true);
	for (size_t i = 0; i < c->count; i++)
		difference(c, l, &c->items[i], w);
	json_end_array(w);
	json_number(w, "differences_left_out", differences - c->count);
	json_end_object(w);
}
