// SPDX-License-Identifier: Apache-2.0
// The scan's frames on their way out: at once, or by the thread that sends ahead.
#include "command/scan_session.h"

#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>

#include "net/clock.h"

#define OUTAGE_MAX (30 * NSEC_PER_SEC)  /* an interface that is down is waited for */
#define OUTAGE_MIN (20 * NSEC_PER_MSEC) /* less is a full queue, which loses nothing */

static_assert(SEND_AHEAD_BATCH >= ENGINE_BATCH, "a batch of the engine is one of the thread's");
static_assert(SEND_AHEAD_OPEN >= ENGINE_OPEN_MAX, "the engine may leave so many open");

/*
 * An interface that is down may come back: its frames are kept for a while. What left shortly
 * before it went down, and could be answered no more, is asked again then.
 */
static void bear_outage(struct scan_session *s, struct send_item *items, size_t count)
{
	nsec_t now = clock_now();
	char name[IF_NAMESIZE] = "";

	for (size_t i = 0; i < count; i++) {
		if (!items[i].result && s->outage.since) {
			if (now - s->outage.since > OUTAGE_MIN)
				engine_tell_fault(s->engine, 0,
						  s->outage.since - SESSION_LOST_BEFORE, now);
			s->outage.since = 0;
			s->outage.told = false;
		}
		if (items[i].result != -ENETDOWN && items[i].result != -EAGAIN)
			continue;
		if (!s->outage.since)
			s->outage.since = now;
		if (items[i].result == -ENETDOWN && !s->outage.told) {
			s->outage.told = true;
			session_progress_hide(s);
			fprintf(stderr,
				"sonde: the interface \"%s\" is down; the scan waits for it.\n",
				if_indextoname(items[i].ifindex, name) ? name : "");
		}
		if (now - s->outage.since < OUTAGE_MAX)
			items[i].result = -EAGAIN;
	}
}

static void fill_items(const struct engine_send *sends, size_t count, struct send_item *ret_items)
{
	for (size_t i = 0; i < count; i++) {
		const struct probe_path *path = sends[i].path;

		ret_items[i] = (struct send_item) {
			.by_kernel = path->by_kernel,
			.ifindex = path->interface,
			.link = path->link,
			.bytes = sends[i].bytes,
			.len = (uint32_t)sends[i].len,
		};
		if (path->by_kernel && !addr_is_link_local(&path->target))
			ret_items[i].ifindex = 0;
	}
}

bool session_alone_sends(enum probe_kind kind)
{
	return kind != PROBE_ARP && kind != PROBE_ND;
}

/* What became of the frames. */
static void look_back(struct scan_session *s, struct send_item *items, struct engine_send *sends,
		      size_t count)
{
	bear_outage(s, items, count);
	for (size_t i = 0; i < count; i++) {
		sends[i].result = items[i].result;
		s->frames_out += !items[i].result && session_alone_sends(sends[i].kind);
	}
}

bool session_send(void *user, struct engine_send *sends, size_t count)
{
	struct scan_session *s = user;
	struct send_item items[ENGINE_BATCH];

	/*
	 * a full batch is one of many: worth waking a thread for, and what follows stays behind it
	 */
	if (s->ahead && (count == ENGINE_BATCH || send_ahead_open(s->ahead))) {
		fill_items(sends, count, send_ahead_items(s->ahead));
		send_ahead_begin(s->ahead, count);
		return false;
	}
	fill_items(sends, count, items);
	sender_send(s->sender, items, count);
	look_back(s, items, sends, count);
	return true;
}

bool session_settle(void *user, struct engine_send *sends, size_t count, bool wait)
{
	struct scan_session *s = user;
	struct send_item *items = send_ahead_take(s->ahead, wait, &count);

	if (items)
		look_back(s, items, sends, count);
	return items;
}
