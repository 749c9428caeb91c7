// SPDX-License-Identifier: Apache-2.0
// The Session Description Protocol (RFC 8866): what a call agrees upon, line by line.
//
// Theory of operation. Lines before the first m= speak of the whole session, those behind an m= of
// that medium. A medium over RTP is announced (announce.h) once its lines are over, which is at
// the next m= or at the end: its address is that of its own c= or of the session's, its RTCP goes
// to the next port unless a=rtcp: names another, and the names of its payload types go along.
#include "proto/sdp.h"

#include <string.h>

#include "proto/announce.h"
#include "proto/ipv4.h"
#include "proto/lines.h"
#include "proto/rtp.h"
#include "proto/sdp_fields.h"
#include "proto/sip.h"

#define MEDIA_MAX 50 /* announced of one message */

#define F(name) FIELD_ID(PROTOCOL_SDP, SDP_##name)

struct sdp {
	struct addr session; /* of c= before any m=; family 0: none */
	struct addr address; /* of the present medium */
	bool in_media;
	bool rtp;
	uint16_t port;
	uint16_t rtcp_port; /* 0: the next one */
	unsigned announced;
	struct announced_rtp names; /* of the present medium's payload types */
};

struct line {
	struct text text;  /* behind "x=" */
	struct text whole; /* with it and the end of line */
};

/* ---- What is announced ---- */

/* An address in figures; names are not looked up. */
static void read_address(struct text t, struct addr *ret_address)
{
	char word[ADDR_TEXT_MAX];

	*ret_address = (struct addr) {0};
	if (t.len >= sizeof(word))
		return;
	memcpy(word, t.base + t.at, t.len);
	word[t.len] = '\0';
	addr_parse(word, ret_address);
}

static void announce_port(struct dissect *d, const struct sdp *s, enum protocol_id protocol,
			  uint16_t port)
{
	struct announcement a = {
		.transport = IP_UDP,
		.address = &s->address,
		.port = port,
		.what = {.protocol = (uint8_t)protocol,
			 .frame = d->kept.call.frame,
			 .rtp = s->names},
	};
	uint32_t len = d->kept.call.id_len;

	a.what.rtp.sequence = RTP_SEQUENCE_FIRST;
	if (len >= sizeof(a.what.rtp.call_id))
		len = sizeof(a.what.rtp.call_id) - 1;
	if (len)
		memcpy(a.what.rtp.call_id, d->kept.call.id, len);
	dissect_announce(d, &a);
}

/* The lines of a medium are over. */
static void end_media(struct dissect *d, struct sdp *s)
{
	if (!s->in_media || !s->rtp || !s->port || !s->address.family || s->announced == MEDIA_MAX)
		return;
	s->announced++;
	announce_port(d, s, PROTOCOL_RTP, s->port);
	announce_port(d, s, PROTOCOL_RTCP, s->rtcp_port ? s->rtcp_port : (uint16_t)(s->port + 1));
}

/* ---- Lines ---- */

/*
 * Says the words of a line as these fields; the last one for all further words too, if it repeats.
 */
static void say_words(struct dissect *d, struct text t, const uint16_t *ids, unsigned count)
{
	for (unsigned i = 0; t.len && i < count && dissect_step(d); i++) {
		struct text word = text_word(&t);

		say_text(d, ids[i], &word);
	}
}

static void say_owner(struct dissect *d, struct text t)
{
	static const uint16_t ids[] = {F(OWNER_USER),    F(OWNER_SESSION), F(OWNER_VERSION),
				       F(OWNER_NETWORK), F(OWNER_TYPE),    F(OWNER_ADDRESS)};

	say_words(d, t, ids, sizeof(ids) / sizeof(ids[0]));
}

/* "IN IP4 224.2.1.1/127/3": TTL and number of addresses; IPv6 has no TTL. */
static void say_connection(struct dissect *d, struct sdp *s, struct text t)
{
	struct text network = text_word(&t), type = text_word(&t);
	struct text address = text_until(&t, '/'), ttl = {0};
	struct addr *place = s->in_media ? &s->address : &s->session;

	if (!text_is_nocase(&type, "IP6"))
		ttl = text_until(&t, '/');
	if (network.len)
		say_text(d, F(CONNECTION_NETWORK), &network);
	if (type.len)
		say_text(d, F(CONNECTION_TYPE), &type);
	if (address.len)
		say_text(d, F(CONNECTION_ADDRESS), &address);
	if (ttl.len)
		say_text(d, F(CONNECTION_TTL), &ttl);
	if (t.len)
		say_text(d, F(CONNECTION_COUNT), &t);
	read_address(address, place);
}

static void say_bandwidth(struct dissect *d, struct text t)
{
	struct text modifier = text_until(&t, ':');
	char shown[LINE_SHOWN_MAX];

	if (!t.len)
		return;
	say_text(d, F(BANDWIDTH_MODIFIER), &modifier);
	if (text_is(&modifier, "CT"))
		item_append(d->tree, d->item,
			    " [Conference Total(total bandwidth of all RTP sessions)]");
	else if (text_is(&modifier, "AS"))
		item_append(d->tree, d->item, " [Application Specific (RTP session bandwidth)]");
	say_text(d, F(BANDWIDTH_VALUE), &t);
	if (d->item)
		item_text(d->tree, d->item, "Bandwidth Value: %s %s", text_shown(&t, shown),
			  text_is(&modifier, "TIAS") ? "b/s" : "kb/s");
}

static void say_repeat(struct dissect *d, struct text t)
{
	static const uint16_t ids[] = {F(REPEAT_INTERVAL), F(REPEAT_DURATION)};
	struct text word;

	for (unsigned i = 0; t.len && dissect_step(d); i++) {
		word = text_word(&t);
		say_text(d, i < 2 ? ids[i] : F(REPEAT_OFFSET), &word);
	}
}

static void say_zone(struct dissect *d, struct text t)
{
	for (unsigned i = 0; t.len && dissect_step(d); i++) {
		struct text word = text_word(&t);

		say_text(d, i % 2 ? F(ZONE_OFFSET) : F(ZONE_TIME), &word);
	}
}

/* "type:data" where a colon is there, else nothing. */
static void say_pair(struct dissect *d, struct text t, uint16_t first_id, uint16_t second_id)
{
	struct text first = text_until(&t, ':');

	if (!t.len)
		return;
	say_text(d, first_id, &first);
	say_text(d, second_id, &t);
}

/* "RTP/AVP" and its kin (RFC 3551, 3711, 4585, 5124). */
static bool is_rtp(const struct text *transport)
{
	return text_starts_nocase(transport, "RTP/") ||
	       text_starts_nocase(transport, "UDP/TLS/RTP/");
}

/* "RTP/SAVP", "UDP/TLS/RTP/SAVPF" */
static bool is_secure(struct text transport)
{
	struct text profile = {0};

	while (transport.len)
		profile = text_until(&transport, '/');
	return text_starts_nocase(&profile, "SAVP");
}

static void say_format(struct dissect *d, const struct text *word, bool rtp)
{
	char name[RTP_TYPE_TEXT_MAX];
	uint64_t type;

	if (!rtp || !text_decimal(word, &type) || type > RTP_TYPE_MAX) {
		say_text(d, F(MEDIA_FORMAT), word);
		return;
	}
	rtp_type_text((uint8_t)type, name);
	d->item = tree_string(d->tree, F(MEDIA_FORMAT), word->at, word->len, name);
}

/* "audio 49170/2 RTP/AVP 0 8" */
static void say_media(struct dissect *d, struct sdp *s, struct text t)
{
	struct text type = text_word(&t), ports = text_word(&t);
	struct text port = text_until(&ports, '/'), transport = text_word(&t);
	uint64_t number;

	end_media(d, s);
	s->in_media = true;
	s->address = s->session;
	s->port = s->rtcp_port = 0;
	s->names = (struct announced_rtp) {0};
	s->rtp = is_rtp(&transport);
	s->names.secure = s->rtp && is_secure(transport);
	if (type.len)
		say_text(d, F(MEDIA_TYPE), &type);
	if (port.len)
		say_text(d, F(MEDIA_PORT_TEXT), &port);
	if (text_decimal(&port, &number) && number <= UINT16_MAX) {
		s->port = (uint16_t)number;
		item_flag(d->item, ITEM_HIDDEN);
		tree_uint(d->tree, F(MEDIA_PORT), port.at, port.len, number);
	}
	if (ports.len)
		say_text(d, F(MEDIA_PORT_COUNT), &ports);
	if (transport.len)
		say_text(d, F(MEDIA_TRANSPORT), &transport);
	while (t.len && dissect_step(d)) {
		struct text word = text_word(&t);

		say_format(d, &word, s->rtp);
	}
}

/* "96 VP8/90000" */
static void say_map(struct dissect *d, struct sdp *s, struct text t)
{
	struct text type = text_word(&t), name = text_until(&t, '/');
	uint64_t number;

	say_text(d, F(MEDIA_FORMAT), &type);
	if (!t.len)
		return;
	say_text(d, F(MIME_TYPE), &name);
	if (text_decimal(&type, &number) && number <= RTP_TYPE_MAX)
		rtp_names_add(&s->names, (uint8_t)number, name.base + name.at, name.len);
	t = text_until(&t, '/');
	say_text(d, F(SAMPLE_RATE), &t);
}

/* "97 mode=20;x=1" */
static void say_parameters(struct dissect *d, const struct sdp *s, struct text t)
{
	struct text type = text_word(&t);
	char name[RTP_NAME_MAX];
	uint64_t number = 0;

	say_text(d, F(MEDIA_FORMAT), &type);
	if (!text_decimal(&type, &number) || number > RTP_TYPE_MAX ||
	    !rtp_names_find(&s->names, (uint8_t)number, name))
		strcpy(name, "Unknown");
	item_append(d->tree, d->item, " [%s]", name);
	while (t.len && dissect_step(d)) {
		struct text part = text_trim(text_until(&t, ';'));

		say_text(d, F(PARAMETER), &part);
	}
}

/* "1 1 UDP 2130706431 192.0.2.10 8998 typ host" (RFC 8839 s. 5.1) */
static void say_candidate(struct dissect *d, struct text t)
{
	static const uint16_t ids[] = {F(CANDIDATE_FOUNDATION), F(CANDIDATE_COMPONENT),
				       F(CANDIDATE_TRANSPORT),  F(CANDIDATE_PRIORITY),
				       F(CANDIDATE_ADDRESS),    F(CANDIDATE_PORT)};
	struct text word;

	for (unsigned i = 0; t.len && i < sizeof(ids) / sizeof(ids[0]); i++) {
		word = text_word(&t);
		say_text(d, ids[i], &word);
	}
	word = text_word(&t);
	if (!text_is(&word, "typ"))
		return;
	word = text_word(&t);
	say_text(d, F(CANDIDATE_TYPE), &word);
}

static void say_media_attribute(struct dissect *d, struct sdp *s, struct text t)
{
	struct text name = text_until(&t, ':'), port = t;
	uint64_t number;

	if (!t.len)
		return;
	say_text(d, F(MEDIA_ATTRIBUTE_NAME), &name);
	if (text_is_nocase(&name, "rtpmap")) {
		say_map(d, s, t);
	} else if (text_is_nocase(&name, "fmtp")) {
		say_parameters(d, s, t);
	} else if (text_is_nocase(&name, "candidate")) {
		say_candidate(d, t);
	} else if (!text_is_nocase(&name, "crypto")) { /* its parts are not read */
		say_text(d, F(MEDIA_ATTRIBUTE_VALUE), &t);
		port = text_word(&port);
		if (text_is_nocase(&name, "rtcp") && text_decimal(&port, &number) &&
		    number <= UINT16_MAX)
			s->rtcp_port = (uint16_t)number;
	}
}

/* The field that a line is said as; 0: unknown. */
static uint16_t line_field(const struct sdp *s, uint8_t type)
{
	switch (type) {
	case 'v':
		return F(VERSION);
	case 'o':
		return F(OWNER);
	case 's':
		return F(SESSION_NAME);
	case 'i':
		return s->in_media ? F(MEDIA_TITLE) : F(SESSION_INFO);
	case 'u':
		return F(URI);
	case 'e':
		return F(EMAIL);
	case 'p':
		return F(PHONE);
	case 'c':
		return F(CONNECTION);
	case 'b':
		return F(BANDWIDTH);
	case 't':
		return F(TIME);
	case 'r':
		return F(REPEAT);
	case 'z':
		return F(ZONE);
	case 'k':
		return F(KEY);
	case 'a':
		return s->in_media ? F(MEDIA_ATTRIBUTE) : F(SESSION_ATTRIBUTE);
	case 'm':
		return F(MEDIA);
	default:
		return 0;
	}
}

static void say_parts(struct dissect *d, struct sdp *s, uint8_t type, struct text t)
{
	static const uint16_t times[] = {F(TIME_START), F(TIME_STOP)};

	switch (type) {
	case 'o':
		say_owner(d, t);
		break;
	case 'c':
		say_connection(d, s, t);
		break;
	case 'b':
		say_bandwidth(d, t);
		break;
	case 't':
		say_words(d, t, times, 2);
		break;
	case 'r':
		say_repeat(d, t);
		break;
	case 'z':
		say_zone(d, t);
		break;
	case 'k':
		say_pair(d, t, F(KEY_TYPE), F(KEY_DATA));
		break;
	case 'a':
		if (s->in_media)
			say_media_attribute(d, s, t);
		else
			say_pair(d, t, F(SESSION_ATTRIBUTE_NAME), F(SESSION_ATTRIBUTE_VALUE));
		break;
	case 'm':
		say_media(d, s, t);
		break;
	default:
		break;
	}
}

static void say_invalid(struct dissect *d, const struct text *line)
{
	say_text(d, F(INVALID), line);
	say_expert(d, tree_index(d->tree, d->item), F(INVALID_NO_EQUAL), EXPERT_NOTE,
		   EXPERT_MALFORMED, "%s", sdp_fields[SDP_INVALID_NO_EQUAL].label);
}

static void dissect_sdp_line(struct dissect *d, struct sdp *s, const struct text *line)
{
	uint8_t type = text_byte(line, 0);
	uint16_t field = line_field(s, type);
	struct text value = text_behind(*line, 2);
	uint32_t before;

	if (text_byte(line, 1) != '=') {
		say_invalid(d, line);
		return;
	}
	if (!field) {
		say_text(d, F(UNKNOWN), line);
		return;
	}
	say_text_at(d, field, line, &value);
	before = say_open(d);
	say_parts(d, s, type, value);
	say_close(d, before);
}

static void dissect_sdp(struct dissect *d, struct cursor *c)
{
	struct text line, whole;
	struct cursor rest = *c;
	struct sdp s = {0};

	while (line_read(d, c, &line, &whole) && line.len) {
		dissect_sdp_line(d, &s, &line);
		rest = *c;
	}
	*c = rest;
	end_media(d, &s);
	if (cursor_held(c))
		say_bytes(d, c, F(DATA), cursor_held(c));
	sip_say_call(d, d->kept.call.id, d->kept.call.id_len);
}

const struct dissector sdp_dissector = {sdp_fields, SDP_FIELDS, dissect_sdp, NULL};
