// SPDX-License-Identifier: Apache-2.0
// The comment that each frame of a scan carries in its capture file: grammar in comment.h.
#include "evidence/comment.h"

#include "evidence/phrase.h"
#include "evidence/rule.h"
#include "evidence/timing.h"

/*
 * Which try of its kind to its port a probe is, where the SYNs of host discovery and those of the
 * port scan count apart as far as they could be told apart when this probe went out.
 */
static unsigned try_of(const struct ledger *l, uint32_t index)
{
	const struct probe *p = ledger_probe(l, index);
	bool ping = ledger_is_ping(l, p);
	unsigned tries = 1;
	uint32_t i;

	if (p->try_number == 1)
		return 1;
	i = ledger_find_probe(l, p->host, p->kind, p->port);
	for (; i != EVENT_NONE && i != index; i = ledger_probe(l, i)->next_try)
		tries += ledger_is_ping(l, ledger_probe(l, i)) == ping;
	return tries;
}

/* "22/tcp"; written for each frame sent or answered: without printf() */
static void write_port(struct buf *out, const struct probe *p)
{
	buf_u64(out, p->port);
	buf_putc(out, '/');
	buf_puts(out, probe_kind_protocol(p->kind));
}

/* "SYN 198.51.100.10 22/tcp try 1" */
static void write_probe(struct buf *out, const struct ledger *l, uint32_t index)
{
	const struct probe *p = ledger_probe(l, index);
	char text[ADDR_TEXT_MAX];

	buf_puts(out, probe_kind_name(p->kind));
	buf_putc(out, ' ');
	buf_puts(out, addr_text(&ledger_host(l, p->host)->addr, text));
	if (phrase_has_port(p->kind)) {
		buf_putc(out, ' ');
		write_port(out, p);
	}
	buf_puts(out, " try ");
	buf_u64(out, try_of(l, index));
}

/* " frame 12 (SYN 198.51.100.10 22/tcp try 1)" */
static void write_reference(struct buf *out, const struct ledger *l, uint32_t probe)
{
	buf_puts(out, " frame ");
	buf_u64(out, ledger_probe(l, probe)->frame);
	buf_puts(out, " (");
	write_probe(out, l, probe);
	buf_putc(out, ')');
}

/* ", so 22/tcp is open": only what the rules say. */
static void write_meaning(struct buf *out, const struct ledger *l, const struct reply *r)
{
	const struct probe *p = ledger_probe(l, r->probe);
	bool from_target = addr_equal(&r->from, &ledger_host(l, p->host)->addr);
	const struct rule *rule = ledger_is_ping(l, p) ? NULL : rule_for(p->kind, r, from_target);

	if (rule && timing_is(l, r->probe)) {
		buf_puts(out, ", as before");
	} else if (rule) {
		buf_puts(out, ", so ");
		write_port(out, p);
		buf_puts(out, " is ");
		buf_puts(out, port_state_name(rule->state));
	} else if (rule_host_reason(r->kind, r->type, r->code, from_target)) {
		buf_puts(out, ", so the host is up");
	}
}

static void write_reply(struct buf *out, const struct ledger *l, const struct note *note)
{
	const struct reply *r = ledger_reply(l, note->reply);
	const struct probe *p = ledger_probe(l, r->probe);

	buf_puts(out, "answers");
	write_reference(out, l, r->probe);
	buf_puts(out, " after ");
	phrase_ms(out, r->time - p->time);
	buf_puts(out, ": ");
	phrase_reply(out, r);
	write_meaning(out, l, r);
	if (note->repeated && phrase_has_port(p->kind))
		buf_printf(out, "; %u/%s had answered before", p->port,
			   probe_kind_protocol(p->kind));
	else if (note->repeated)
		buf_puts(out, "; the host had answered before");
}

void comment_write(struct buf *out, const struct ledger *l, const struct note *note)
{
	char text[ADDR_TEXT_MAX];

	if (note->kind == NOTE_UNRELATED)
		return;
	buf_puts(out, "sonde: ");
	switch (note->kind) {
	case NOTE_PROBE:
		buf_puts(out, "probe ");
		write_probe(out, l, note->probe);
		break;
	case NOTE_REPLY:
		write_reply(out, l, note);
		break;
	case NOTE_UNPROVEN:
		buf_puts(out, "no proof: does not carry the cookie of");
		write_reference(out, l, note->probe);
		break;
	case NOTE_OWN_RESET:
		buf_puts(out,
			 ledger_probe(l, note->probe)->kind == PROBE_UDP ? "refused" : "reset");
		buf_puts(out, " by this machine's own kernel, which knows nothing of the probe in");
		write_reference(out, l, note->probe);
		break;
	case NOTE_NEIGHBOUR:
		buf_puts(out, "address resolution beside the probes");
		break;
	case NOTE_TRAFFIC:
		buf_puts(out, "other traffic with ");
		buf_puts(out, addr_text(&ledger_host(l, note->host)->addr, text));
		break;
	case NOTE_UNRELATED:
		break;
	}
}
