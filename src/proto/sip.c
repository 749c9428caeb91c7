// SPDX-License-Identifier: Apache-2.0
// The Session Initiation Protocol (RFC 3261): start line and headers.
#include "proto/sip.h"

#include <stdio.h>
#include <string.h>

#include "proto/ipv4.h"
#include "proto/lines.h"
#include "proto/sip_fields.h"

#define MESSAGE_LEN_MAX  0x7fffffffu
#define VERSION_WORD     "SIP/2.0"
#define TRANSACTION_LIFE (32 * NSEC_PER_SEC) /* RFC 3261 s. 17.1.1.2: timer B */

#define F(name) FIELD_ID(PROTOCOL_SIP, SIP_##name)

/* IANA, "SIP Parameters": methods. */
static const char *const methods[] = {
	"INVITE",    "ACK",     "OPTIONS", "BYE",   "CANCEL",  "REGISTER",
	"SUBSCRIBE", "NOTIFY",  "INFO",    "REFER", "MESSAGE", "UPDATE",
	"PRACK",     "PUBLISH", "DO",      "QAUTH", "SPRACK",
};

/* Short forms (RFC 3261 s. 7.3.3 and later), and headers whose label is not their name. */
static const struct {
	const char *name;
	const char *label;
} other_names[] = {
	{"a", "Accept-Contact"},
	{"b", "Referred By"},
	{"c", "Content-Type"},
	{"d", "Request-Disposition"},
	{"e", "Content-Encoding"},
	{"f", "From"},
	{"i", "Call-ID"},
	{"j", "Reject-Contact"},
	{"k", "Supported"},
	{"l", "Content-Length"},
	{"m", "Contact"},
	{"n", "Identity-info"},
	{"o", "Event"},
	{"r", "Refer-To"},
	{"s", "Subject"},
	{"t", "To"},
	{"u", "Allow-Events"},
	{"v", "Via"},
	{"x", "Session-Expires"},
	{"y", "Identity"},
	{"Referred-By", "Referred By"},
	{"SIP-ETag", "ETag"},
	{"SIP-If-Match", "If_Match"},
};

/* What counts of the headers before they are said. */
struct headers {
	struct text call_id;
	struct text cseq;
	struct text type; /* of the body */
	uint64_t length;
	bool has_length;
	bool whole; /* up to the empty line */
};

/* What the start line needs to know of the rest. */
struct start {
	bool response;
	struct text method;       /* of CSeq */
	struct pair_view request; /* of a response or an ACK */
	bool answers;             /* it is one */
};

/* The fields that an address is said as. */
struct address_fields {
	uint16_t display;
	uint16_t uri;
	uint16_t user;
	uint16_t host;
	uint16_t port;
	uint16_t parameters; /* 0: not said */
};

static const struct address_fields uri_fields = {
	.user = F(R_URI_USER), .host = F(R_URI_HOST), .port = F(R_URI_PORT)};
static const struct address_fields to_fields = {F(TO_DISPLAY), F(TO_ADDR), F(TO_USER),
						F(TO_HOST),    F(TO_PORT), F(TO_PARAM)};
static const struct address_fields from_fields = {F(FROM_DISPLAY), F(FROM_ADDR), F(FROM_USER),
						  F(FROM_HOST),    F(FROM_PORT), F(FROM_PARAM)};
static const struct address_fields contact_fields = {F(CONTACT_DISPLAY), F(CONTACT_URI),
						     F(CONTACT_USER),    F(CONTACT_HOST),
						     F(CONTACT_PORT),    F(CONTACT_PARAM)};

static bool is_method(const struct text *word)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (text_is(word, methods[i]))
			return true;
	return false;
}

static bool is_start(struct text line, bool *ret_response)
{
	struct text first = text_word(&line);
	struct text second = text_word(&line);

	*ret_response = text_is(&first, VERSION_WORD);
	if (*ret_response)
		return second.len == 3;
	return is_method(&first) && text_is(&line, VERSION_WORD);
}

/* "host:port", where a host may stand in brackets; t is then the port. */
static struct text take_host(struct text *t)
{
	uint32_t end = text_byte(t, 0) == '[' ? text_find(t, ']') : 0;
	struct text rest = text_behind(*t, end), host;

	end += text_find(&rest, ':');
	host = text_first(*t, end);
	*t = text_behind(*t, end + 1);
	return host;
}

/* "sip:user@host:port;parameters"; telephone numbers and others have no such parts. */
static void say_uri_parts(struct dissect *d, struct text uri, const struct address_fields *f)
{
	struct text scheme = text_until(&uri, ':'), part, parameters;

	if (!text_is_nocase(&scheme, "sip") && !text_is_nocase(&scheme, "sips"))
		return;
	if (text_find(&uri, '@') < uri.len) {
		part = text_until(&uri, '@');
		say_text(d, f->user, &part);
	}
	parameters = text_behind(uri, text_find(&uri, ';') + 1);
	uri = text_first(uri, text_find(&uri, ';'));
	uri = text_first(uri, text_find(&uri, '?'));
	part = take_host(&uri);
	if (part.len)
		say_text(d, f->host, &part);
	if (uri.len)
		say_text(d, f->port, &uri);
	while (parameters.len && f->parameters && dissect_step(d)) {
		part = text_until(&parameters, ';');
		say_text(d, f->parameters, &part);
	}
}

/* Says "Name <uri>;rest" or "uri;rest"; returns the rest. */
static struct text say_address(struct dissect *d, struct text t, const struct address_fields *f)
{
	uint32_t open = text_find(&t, '<');
	struct text uri;
	uint32_t before;

	t = text_trim(t);
	if (open < t.len) {
		struct text display = text_until(&t, '<');

		if (display.len && text_byte(&display, 0) == '"')
			display = text_trim(display);
		if (display.len) {
			say_text(d, F(DISPLAY), &display);
			item_flag(d->item, ITEM_HIDDEN);
			say_text(d, f->display, &display);
		}
		uri = text_until(&t, '>');
		text_until(&t, ';');
	} else {
		uri = text_until(&t, ';');
	}
	say_text(d, f->uri, &uri);
	before = say_open(d);
	say_uri_parts(d, uri, f);
	say_close(d, before);
	return t;
}

static void say_tag(struct dissect *d, struct text rest, uint16_t id)
{
	while (rest.len && dissect_step(d)) {
		struct text parameter = text_trim(text_until(&rest, ';'));

		if (!text_starts_nocase(&parameter, "tag="))
			continue;
		parameter = text_behind(parameter, 4);
		say_text(d, id, &parameter);
		say_text(d, F(TAG), &parameter);
		item_flag(d->item, ITEM_HIDDEN);
	}
}

static void say_cseq(struct dissect *d, struct text value)
{
	struct text number = text_word(&value);
	uint64_t seq;

	if (text_decimal(&number, &seq) && seq <= UINT32_MAX)
		tree_uint(d->tree, F(CSEQ_SEQ), number.at, number.len, seq);
	if (value.len)
		say_text(d, F(CSEQ_METHOD), &value);
}

static void say_via_parameter(struct dissect *d, struct text parameter)
{
	static const struct {
		const char *name;
		uint16_t id;
	} known[] = {{"branch", F(VIA_BRANCH)}, {"received", F(VIA_RECEIVED)},
		     {"rport", F(VIA_RPORT)},   {"maddr", F(VIA_MADDR)},
		     {"ttl", F(VIA_TTL)},       {"comp", F(VIA_COMP)}};
	struct text all = parameter;
	struct text name = text_until(&parameter, '=');
	char shown[LINE_SHOWN_MAX];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!text_is_nocase(&name, known[i].name))
			continue;
		say_text(d, known[i].id, parameter.len ? &parameter : &name);
		return;
	}
	if (all.len && dissect_wants_text(d))
		say_line(d, all.at, all.len, "%s", text_shown(&all, shown));
}

/* "SIP/2.0/UDP host:port;branch=...;received=..." */
static void say_hop(struct dissect *d, struct text value)
{
	struct text sent = text_until(&value, ';');
	struct text protocol = text_word(&sent);
	struct text host;
	uint64_t port;

	text_until(&protocol, '/');
	text_until(&protocol, '/');
	say_text(d, F(VIA_TRANSPORT), &protocol);
	sent = text_trim(sent);
	host = take_host(&sent);
	if (text_byte(&host, 0) == '[' && text_byte(&host, host.len - 1) == ']')
		host = text_first(text_behind(host, 1), host.len - 2);
	if (host.len)
		say_text(d, F(VIA_ADDRESS), &host);
	if (text_decimal(&sent, &port) && port <= UINT16_MAX)
		tree_uint(d->tree, F(VIA_PORT), sent.at, sent.len, port);
	while (value.len && dissect_step(d))
		say_via_parameter(d, text_trim(text_until(&value, ';')));
}

/* RFC 3261 s. 7.3.1: several hops may stand in one header. */
static void say_via(struct dissect *d, struct text value)
{
	while (value.len && dissect_step(d))
		say_hop(d, text_trim(text_until(&value, ',')));
}

static uint16_t header_field(const struct text *name, const char **ret_label)
{
	const char *label = NULL;

	for (size_t i = 0; i < sizeof(other_names) / sizeof(other_names[0]); i++)
		if (text_is_nocase(name, other_names[i].name))
			label = other_names[i].label;
	for (uint16_t i = SIP_HEADERS; i < SIP_FIELDS; i++) {
		*ret_label = sip_fields[i].label;
		if (label ? !strcmp(label, *ret_label) : text_is_nocase(name, *ret_label))
			return i;
	}
	*ret_label = "";
	return 0;
}

static void say_parts(struct dissect *d, const char *label, struct text value)
{
	struct text rest;

	if (!strcmp(label, "To")) {
		rest = say_address(d, value, &to_fields);
		say_tag(d, rest, F(TO_TAG));
	} else if (!strcmp(label, "From")) {
		rest = say_address(d, value, &from_fields);
		say_tag(d, rest, F(FROM_TAG));
	} else if (!strcmp(label, "Contact") && !text_is(&value, "*")) {
		rest = say_address(d, value, &contact_fields);
		while (rest.len && dissect_step(d)) {
			struct text parameter = text_trim(text_until(&rest, ';'));

			say_text(d, F(CONTACT_PARAMETER), &parameter);
		}
	} else if (!strcmp(label, "CSeq")) {
		say_cseq(d, value);
	} else if (!strcmp(label, "Via")) {
		say_via(d, value);
	}
}

static void say_header(struct dissect *d, struct text line, const struct text *whole)
{
	struct text value = line;
	struct text name = text_trim(text_until(&value, ':'));
	char shown[LINE_SHOWN_MAX];
	const char *label;
	uint16_t field = header_field(&name, &label);
	uint32_t before;
	uint64_t number;

	value = text_trim(value);
	if (!field) {
		struct item *item =
			say_line(d, whole->at, whole->len, "%s", text_shown(&line, shown));

		say_expert(d, tree_index(d->tree, item), F(UNRECOGNIZED), EXPERT_NOTE,
			   EXPERT_UNDECODED, "Unrecognised SIP header (%s)",
			   text_shown(&name, shown));
		return;
	}
	if (sip_fields[field].type == FIELD_STRING)
		say_text_at(d, FIELD_ID(PROTOCOL_SIP, field), whole, &value);
	else
		d->item = text_decimal(&value, &number) && number <= UINT32_MAX
				  ? tree_uint(d->tree, FIELD_ID(PROTOCOL_SIP, field), whole->at,
					      whole->len, number)
				  : NULL;
	item_text(d->tree, d->item, "%s", text_shown(&line, shown));
	before = say_open(d);
	say_parts(d, label, value);
	say_close(d, before);
	if (!strcmp(label, "Call-ID"))
		sip_say_call(d, value.base + value.at, value.len);
}

/* The request that this answers, and how long that took. */
static void say_answered(struct dissect *d, const struct pair_view *request)
{
	if (!request->frame)
		return;
	item_flag(tree_uint(d->tree, F(RESPONSE_REQUEST), 0, 0, request->frame), ITEM_GENERATED);
	item_flag(tree_uint(d->tree, F(RESPONSE_TIME), 0, 0,
			    (uint64_t)(request->time / NSEC_PER_MSEC)),
		  ITEM_GENERATED);
}

static void say_start(struct dissect *d, struct text line, const struct text *whole,
		      const struct start *start)
{
	bool response = start->response;
	struct text all = line;
	struct text first = text_word(&line);
	struct text second = text_word(&line);
	char shown[LINE_SHOWN_MAX];
	uint32_t before, inner;
	uint64_t code;

	info_set(d, response ? "Status: " : "Request: ");
	if (response) {
		info_add_text(d, &second);
		info_add(d, " ");
		info_add_text(d, &line);
		if (text_is(&second, "200") && start->method.len) {
			info_add(d, " (");
			info_add_text(d, &start->method);
			info_add(d, ")");
		}
	} else {
		info_add_text(d, &first);
		info_add(d, " ");
		info_add_text(d, &second);
	}
	info_add(d, " | ");
	if (!d->tree)
		return;
	say_title(d, " (%s)", text_shown(response ? &second : &first, shown));
	say_text_at(d, response ? F(STATUS_LINE) : F(REQUEST_LINE), whole, &all);
	before = say_open(d);
	if (response && text_decimal(&second, &code)) {
		tree_uint(d->tree, F(STATUS_CODE), second.at, second.len, code);
	} else if (!response) {
		say_text(d, F(METHOD), &first);
		say_text(d, F(R_URI), &second);
		inner = say_open(d);
		say_uri_parts(d, second, &uri_fields);
		say_close(d, inner);
	}
	if (start->answers)
		say_answered(d, &start->request);
	say_close(d, before);
}

/* All headers up to the empty line, as one text. */
static struct text header_block(struct dissect *d, struct cursor look)
{
	struct text block = text_held(&look);
	struct text line, whole;
	uint32_t end = block.at;

	while (line_read(d, &look, &line, &whole) && line.len)
		end = whole.at + whole.len;
	return text_first(block, end - block.at);
}

static bool accept_sip(const struct dissect *d, const struct cursor *c, bool by_port)
{
	struct text held = text_held(c);
	bool response;

	(void)d;
	(void)by_port;
	held = text_first(held, text_find(&held, '\n'));
	if (held.len && text_byte(&held, held.len - 1) == '\r')
		held.len--;
	return is_start(held, &response);
}

/* Reads the headers at c, behind the start line; returns where the body begins. */
static struct cursor look_at_headers(struct dissect *d, struct cursor c,
				     struct headers *ret_headers)
{
	uint32_t steps = d->steps; /* so many turns again, for what is said */
	bool exhausted = d->exhausted;
	struct headers h = {0};
	struct text line, whole;

	line_read(d, &c, &line, &whole);
	while (!h.whole && line_read_folded(d, &c, &line, &whole)) {
		struct text name;

		h.whole = !line.len;
		name = text_trim(text_until(&line, ':'));
		line = text_trim(line);
		if (text_is_nocase(&name, "Call-ID") || text_is_nocase(&name, "i"))
			h.call_id = line;
		else if (text_is_nocase(&name, "CSeq"))
			h.cseq = line;
		else if (text_is_nocase(&name, "Content-Type") || text_is_nocase(&name, "c"))
			h.type = text_trim(text_until(&line, ';'));
		else if (text_is_nocase(&name, "Content-Length") || text_is_nocase(&name, "l"))
			h.has_length = text_decimal(&line, &h.length);
	}
	d->steps = steps;
	d->exhausted = exhausted;
	*ret_headers = h;
	return c;
}

/*
 * Over TCP a message ends where its Content-Length says (RFC 3261 s. 18.3): *ret_len bytes. False
 * when that is in segments to come and it is kept until then.
 */
static bool find_end(struct dissect *d, const struct cursor *c, const struct headers *h,
		     const struct cursor *body, uint32_t *ret_len)
{
	struct text held = text_held(c);

	*ret_len = cursor_left(c);
	if (!cursor_held(body) && (!h->whole || text_byte(&held, held.len - 1) != '\n'))
		return !dissect_want_more(d, c, DISSECT_ONE_SEGMENT);
	if (!h->has_length || h->length > MESSAGE_LEN_MAX)
		return true;
	if (h->length > cursor_left(body))
		return !dissect_want_more(d, c, (uint32_t)h->length - cursor_left(body));
	*ret_len = body->at - c->at + (uint32_t)h->length;
	return true;
}

/* Both sides of a transaction carry the same Call-ID and CSeq: folded into a number (FNV-1a). */
static uint64_t fold(uint64_t hash, const struct text *t)
{
	for (uint32_t i = 0; i < t->len; i++)
		hash = (hash ^ text_byte(t, i)) * 0x100000001b3;
	return hash;
}

/* Notes a request, or finds that of a response; an ACK finds its INVITE, as Wireshark has it. */
static struct pair_view find_request(struct dissect *d, const struct headers *h, bool response)
{
	struct text method = h->cseq, number = text_word(&method);
	bool ack = text_is(&method, "ACK");
	struct pair_query query = {
		.kind = PAIR_SIP,
		.reply = response || ack,
		.many = true,
		.number = fold(fold(0xcbf29ce484222325, &h->call_id), &number),
		.patience = TRANSACTION_LIFE,
	};

	if (!h->call_id.len || !h->cseq.len)
		return (struct pair_view) {0};
	/* BYE and others with the number of an INVITE are transactions of their own. */
	if (!ack && !text_is(&method, "INVITE"))
		query.number = fold(query.number, &method);
	return dissect_pair(d, &query);
}

/* The body, by its type; of what the headers tell to be none, nothing. */
static void say_body(struct dissect *d, struct cursor *c, const struct headers *h)
{
	struct cursor body = *c;
	uint32_t before;

	if (h->has_length && h->length < cursor_left(c))
		body = cursor_take(c, (uint32_t)h->length);
	if (cursor_left(&body)) {
		bool is_sdp = text_is_nocase(&h->type, "application/sdp");

		before = tree_open(d->tree, tree_uint(d->tree, F(MESSAGE_BODY), body.at,
						      cursor_held(&body), 0));
		if (is_sdp && !d->depth)
			d->protocol = "SIP/SDP";
		if (h->type.len)
			dissect_next_below(d, is_sdp ? PROTOCOL_SDP : PROTOCOL_DATA, &body);
		tree_close(d->tree, before);
	}
	cursor_skip(c, cursor_left(c));
}

static void say_message(struct dissect *d, struct cursor *c, const struct headers *h)
{
	struct text line, whole, block, rest, word;
	struct start start = {0};
	bool final;
	uint32_t first;
	struct text code = {0};
	uint32_t before;

	if (!line_read(d, c, &line, &whole))
		return;
	is_start(line, &start.response);
	word = line;
	text_word(&word);
	if (start.response)
		code = text_word(&word);
	start.method = h->cseq;
	text_word(&start.method);
	start.request = find_request(d, h, start.response);
	start.answers = start.response || text_is(&start.method, "ACK");
	/* Wireshark's setup frame: what a final response agrees to began with its request. */
	final = code.len && text_byte(&code, 0) != '1' && start.request.frame;
	first = final ? start.request.frame : start.request.repeats;
	d->kept.call = (struct announced_call) {
		.id = h->call_id.len ? h->call_id.base + h->call_id.at : NULL,
		.id_len = h->call_id.len,
		.frame = first ? first : (uint32_t)d->frame->number,
	};
	say_start(d, line, &whole, &start);
	block = header_block(d, *c);
	rest = text_held(c); /* as Wireshark has it: with the body */
	say_text_at(d, F(MESSAGE_HEADER), &block, &rest);
	item_text(d->tree, d->item, "Message Header");
	before = say_open(d);
	while (line_read_folded(d, c, &line, &whole) && line.len)
		if (d->tree)
			say_header(d, line, &whole);
	say_close(d, before);
	say_body(d, c, h);
}

static void dissect_sip(struct dissect *d, struct cursor *c)
{
	struct cursor next = *c, body;
	uint32_t len;
	struct headers h;

	body = look_at_headers(d, *c, &h);
	if (d->kept.ip_protocol == IP_TCP) {
		if (!find_end(d, c, &h, &body, &len))
			return;
		*c = cursor_take(&next, len);
		if (accept_sip(d, &next, false))
			dissect_next(d, PROTOCOL_SIP, &next);
	}
	say_message(d, c, &h);
	if (d->kept.ip_protocol == IP_TCP)
		info_keep(d); /* the next message of the segment stands behind it */
}

void sip_say_call(struct dissect *d, const uint8_t *id, uint32_t len)
{
	if (len)
		item_flag(tree_bytes(d->tree, F(CALL_ID_GENERATED), 0, 0, id, len), ITEM_GENERATED);
}

const struct dissector sip_dissector = {sip_fields, SIP_FIELDS, dissect_sip, accept_sip};
