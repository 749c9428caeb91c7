// SPDX-License-Identifier: Apache-2.0
// Which HTTP response answers which request of a connection.
//
// Theory of operation. A connection is a row of exchanges, each with a request, a response or
// both. A request begins a new one; a response belongs to the last one, and begins a new one where
// that has its response (an interim response, RFC 9110 s. 15.2, is one of its own). Only the last
// exchange and the one before it are remembered. As in Wireshark, and so not right for requests
// that are sent before the answers to those before them came.
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/announce.h"
#include "proto/http_parts.h"

#define URI_MAX 200 /* longer ones are not named by their responses */

struct exchange {
	uint32_t request; /* frames; 0: none */
	uint32_t response;
};

struct http_seen {
	struct exchange last;
	struct exchange before;
	nsec_t asked; /* when the last request was sent */
	uint32_t number;
	uint8_t asked_for; /* enum http_asked: by the last request */
	bool interim;      /* the last response was 1xx: another one answers the same */
	char uri[URI_MAX];
};

static_assert(sizeof(struct http_seen) <= MEMO_LEN, "it can be remembered");

struct http_talk http_talk_recall(const struct dissect *d)
{
	struct memo_view memo = dissect_memo(d);

	return (struct http_talk) {.seen = memo.now, .kept = memo.kept};
}

enum http_asked http_talk_asked(const struct http_talk *talk)
{
	if (!talk->seen || (talk->seen->last.response && !talk->seen->interim))
		return HTTP_ASKED_OTHER;
	return (enum http_asked)talk->seen->asked_for;
}

static void say_frame(struct dissect *d, uint16_t id, uint32_t frame)
{
	if (frame)
		item_flag(tree_uint(d->tree, id, 0, 0, frame), ITEM_GENERATED);
}

/* The other side; a second pass knows the response of a request. */
static struct pair_view ask_other(const struct dissect *d, const struct http_seen *seen, bool reply)
{
	const struct pair_query query = {
		.kind = PAIR_HTTP,
		.reply = reply,
		.ports = true,
		.number = (uint64_t)d->kept.stream << 32 | seen->number,
	};

	return dissect_pair(d, &query);
}

static void begin_exchange(struct http_talk *talk)
{
	struct http_seen *seen = talk->seen;

	seen->before = seen->last;
	seen->last = (struct exchange) {0};
	seen->number++;
	if (*talk->kept < seen->number)
		*talk->kept = seen->number;
}

static void say_number(struct dissect *d, const struct http_talk *talk, bool response)
{
	struct item *item = tree_uint(d->tree, response ? F(RESPONSE_NUMBER) : F(REQUEST_NUMBER), 0,
				      0, talk->seen->number);

	item_text(d->tree, item, "HTTP %s %u/%u", response ? "response" : "request",
		  talk->seen->number, (unsigned)*talk->kept);
	item_flag(item, ITEM_GENERATED);
}

static void take_request(struct dissect *d, struct http_talk *talk, const struct http_message *m,
			 const char *uri)
{
	struct http_seen *seen = talk->seen;

	begin_exchange(talk);
	seen->last.request = (uint32_t)d->frame->number;
	seen->asked = d->frame->time;
	seen->interim = false;
	seen->asked_for = (uint8_t)m->asks;
	if ((size_t)snprintf(seen->uri, sizeof(seen->uri), "%s", uri) >= sizeof(seen->uri))
		seen->uri[0] = '\0';
	say_number(d, talk, false);
	say_frame(d, F(PREV_REQUEST_IN), seen->before.request);
	say_frame(d, F(RESPONSE_IN), ask_other(d, seen, false).frame);
}

static void take_response(struct dissect *d, struct http_talk *talk, const struct http_message *m)
{
	struct http_seen *seen = talk->seen;

	if (!seen->number || seen->last.response)
		begin_exchange(talk);
	seen->last.response = (uint32_t)d->frame->number;
	seen->interim = m->interim;
	say_number(d, talk, true);
	if (seen->last.request) {
		ask_other(d, seen, true);
		item_flag(tree_int(d->tree, F(TIME), 0, 0, d->frame->time - seen->asked),
			  ITEM_GENERATED);
	}
	say_frame(d, F(PREV_REQUEST_IN), seen->before.request);
	say_frame(d, F(REQUEST_IN), seen->last.request);
	say_frame(d, F(PREV_RESPONSE_IN), seen->before.response);
	if (seen->uri[0])
		item_flag(tree_string(d->tree, F(RESPONSE_FOR_URI), 0, 0, seen->uri),
			  ITEM_GENERATED);
}

/*
 * RFC 9110 s. 9.3.6: behind the headers a tunnel begins, to the port that the client named; what it
 * carries is none of ours.
 */
static void open_tunnel(struct dissect *d, const struct http_seen *seen)
{
	const char *colon = strrchr(seen->uri, ':');
	unsigned long port = colon ? strtoul(colon + 1, NULL, 10) : 0;
	unsigned protocol = port <= UINT16_MAX ? d->dispatch->tcp[port] : 0;

	dissect_announce_rest(d, protocol ? (enum protocol_id)protocol : PROTOCOL_DATA);
}

void http_talk_take(struct dissect *d, struct http_talk *talk, const struct http_message *m,
		    const char *uri)
{
	if (!talk->seen)
		return;
	if (m->response && m->accepted && http_talk_asked(talk) == HTTP_ASKED_CONNECT)
		open_tunnel(d, talk->seen);
	if (m->response)
		take_response(d, talk, m);
	else
		take_request(d, talk, m, uri);
}
