// SPDX-License-Identifier: Apache-2.0
// The hosts of a scan that are under way: their places, and the order in which they are reported.
//
// Theory of operation. A host is made when its target is handed to the planner (the engine, or in
// a connect scan the dialler), which gives it an index, and is freed when it was reported; its
// index is then used again. So memory is for those under way, however many targets there are.
//
// The ledger keeps the evidence of reported hosts for what is asked at the end of a scan, until it
// holds more than LEDGER_KEEP probes and replies; from then on those reported longest ago are
// forgotten. Their frames are in the record, where sonde explain finds them.
#include "command/scan_hosts.h"

#include <stdlib.h>
#include <string.h>

#include "command/scan_session.h"
#include "evidence/forget.h"
#include "net/clock.h"

#define PATIENCE    NSEC_PER_SEC /* a finished host waits so long for its name and its turn */
#define LEDGER_KEEP 131072       /* probes and replies: about 12 MB */

struct session_host *session_host_begin(struct scan_session *s, const struct scan_target *target)
{
	struct session_hosts *hosts = &s->hosts;
	struct session_host *h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	*h = (struct session_host) {
		.session = s,
		.name = target->name,
		.addr = target->addr,
		.zone = target->zone,
		.earlier = hosts->last,
	};
	if (hosts->last)
		hosts->last->later = h;
	else
		hosts->first = h;
	hosts->last = h;
	hosts->coming = h;
	hosts->count++;
	return h;
}

bool session_host_place(struct session_host *h, uint32_t index)
{
	struct session_hosts *hosts = &h->session->hosts;
	uint32_t room = hosts->room ? hosts->room : 16;
	struct session_host **at;

	while (room <= index)
		room *= 2;
	if (room > hosts->room) {
		at = reallocarray(hosts->at, room, sizeof(struct session_host *));
		if (!at) {
			session_host_drop(h);
			return false;
		}
		memset(at + hosts->room, 0, (room - hosts->room) * sizeof(struct session_host *));
		hosts->at = at;
		hosts->room = room;
	}
	hosts->at[index] = h;
	hosts->coming = NULL;
	h->index = index;
	h->placed = true;
	return true;
}

struct session_host *session_host_at(const struct scan_session *s, uint32_t index)
{
	const struct session_hosts *hosts = &s->hosts;

	return index < hosts->room && hosts->at[index] ? hosts->at[index] : hosts->coming;
}

void session_host_finish(struct session_host *h)
{
	struct session_hosts *hosts = &h->session->hosts;

	h->finished = true;
	h->finished_at = clock_now();
	h->finished_before = hosts->last_finished;
	if (hosts->last_finished)
		hosts->last_finished->finished_after = h;
	else
		hosts->first_finished = h;
	hosts->last_finished = h;
	if (h->session->options->all_dns)
		session_ask_reverse(h); /* of a silent host nobody has asked yet */
}

/* Takes the host out of both orders. */
static void unlink_host(struct session_hosts *hosts, struct session_host *h)
{
	*(h->earlier ? &h->earlier->later : &hosts->first) = h->later;
	*(h->later ? &h->later->earlier : &hosts->last) = h->earlier;
	hosts->count--;
	if (!h->finished)
		return;
	*(h->finished_before ? &h->finished_before->finished_after : &hosts->first_finished) =
		h->finished_after;
	*(h->finished_after ? &h->finished_after->finished_before : &hosts->last_finished) =
		h->finished_before;
}

static void free_host(struct session_host *h)
{
	free(h->rdns);
	free(h);
}

void session_host_drop(struct session_host *h)
{
	struct session_hosts *hosts = &h->session->hosts;

	unlink_host(hosts, h);
	hosts->coming = NULL;
	free_host(h);
}

static void on_rdns(void *user, const struct names_answer *answer)
{
	struct session_host *h = user;

	h->rdns_known = true;
	if (h->printed) { /* the report did not wait for it */
		free_host(h);
		return;
	}
	if (answer->status != NAMES_FOUND || !answer->name)
		return;
	h->rdns = strdup(answer->name);
	if (h->rdns && h->session->record)
		record_name(h->session->record, &h->addr, h->rdns);
}

void session_ask_reverse(struct session_host *h)
{
	if (h->session->options->no_dns || h->session->stopping || h->rdns_asked)
		return;
	h->rdns_asked = true;
	names_reverse(h->session->names, &h->addr, on_rdns, h);
}

static bool may_report(const struct session_host *h, nsec_t now)
{
	return h && h->finished &&
	       (!h->rdns_asked || h->rdns_known || now >= h->finished_at + PATIENCE);
}

struct session_host *session_host_next(const struct scan_session *s, nsec_t now, bool end)
{
	const struct session_hosts *hosts = &s->hosts;

	if (end || may_report(hosts->first, now))
		return hosts->first;
	if (hosts->first_finished && now >= hosts->first_finished->finished_at + PATIENCE)
		return hosts->first_finished;
	return NULL;
}

nsec_t session_host_due(const struct scan_session *s)
{
	const struct session_host *h = s->hosts.first_finished;

	return h ? h->finished_at + PATIENCE : NSEC_NEVER;
}

/*
 * Lets go of the evidence of hosts that were reported, oldest first, while there is too much.
 * Behind the last host nothing comes that needs the room: what is kept then is what findings are
 * drawn from.
 */
static void forget_oldest(struct scan_session *s)
{
	uint32_t known;

	if (s->targets_ended && !s->hosts.count)
		return;
	while ((known = ledger_forget_oldest(s->ledger, LEDGER_KEEP)) != EVENT_NONE)
		engine_forget(s->engine, known);
}

void session_host_release(struct session_host *h)
{
	struct scan_session *s = h->session;
	uint32_t known = s->ledger ? ledger_find_host(s->ledger, &h->addr) : EVENT_NONE;

	unlink_host(&s->hosts, h);
	if (h->placed) {
		s->hosts.at[h->index] = NULL;
		if (h->finished)
			s->release_host(s, h->index);
	}
	/* of a next hop frames will speak again */
	if (known != EVENT_NONE && !ledger_host(s->ledger, known)->is_next_hop)
		ledger_retire(s->ledger, known);
	if (s->ledger)
		forget_oldest(s);
	h->printed = true;
	if (!h->rdns_asked || h->rdns_known)
		free_host(h);
}

void session_hosts_done(struct session_hosts *hosts)
{
	struct session_host *h;

	while ((h = hosts->first) != NULL) {
		unlink_host(hosts, h);
		free_host(h);
	}
	free(hosts->at);
	*hosts = (struct session_hosts) {0};
}
