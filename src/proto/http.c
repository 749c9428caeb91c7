// SPDX-License-Identifier: Apache-2.0
// The Hypertext Transfer Protocol, version 1 (RFC 9112): start line and headers.
#include "proto/http.h"

#include <assert.h>

#include <stdio.h>
#include <string.h>

#include "proto/http_parts.h"

#define FIRST_HEADER           HTTP_AUTHORIZATION
#define TEXT(id, filter, name) [id] = {"http." filter, name, FIELD_STRING}

static const struct field fields[] = {
	[HTTP_PROTOCOL] = {"http", "Hypertext Transfer Protocol", FIELD_PROTOCOL},
	[HTTP_CHAT] = {"http.chat", "Formatted text", FIELD_NONE},
	[HTTP_REQUEST] = {"http.request", "Request", FIELD_BOOL},
	[HTTP_RESPONSE] = {"http.response", "Response", FIELD_BOOL},
	[HTTP_NOTIFICATION] = {"http.notification", "Notification", FIELD_BOOL},
	TEXT(HTTP_METHOD, "request.method", "Request Method"),
	TEXT(HTTP_URI, "request.uri", "Request URI"),
	TEXT(HTTP_URI_PATH, "request.uri.path", "Request URI Path"),
	TEXT(HTTP_URI_QUERY, "request.uri.query", "Request URI Query"),
	TEXT(HTTP_URI_PARAMETER, "request.uri.query.parameter", "Request URI Query Parameter"),
	TEXT(HTTP_REQUEST_VERSION, "request.version", "Request Version"),
	TEXT(HTTP_RESPONSE_VERSION, "response.version", "Response Version"),
	[HTTP_CODE] = {"http.response.code", "Status Code", FIELD_UINT, BASE_DEC, 2},
	TEXT(HTTP_CODE_DESC, "response.code.desc", "Status Code Description"),
	TEXT(HTTP_PHRASE, "response.phrase", "Response Phrase"),
	TEXT(HTTP_REQUEST_LINE, "request.line", "Request line"),
	TEXT(HTTP_RESPONSE_LINE, "response.line", "Response line"),
	TEXT(HTTP_FULL_URI, "request.full_uri", "Full request URI"),
	[HTTP_CONTENT_LENGTH] = {"http.content_length", "Content length", FIELD_UINT, BASE_DEC, 8},
	TEXT(HTTP_COOKIE_PAIR, "cookie_pair", "Cookie pair"),
	TEXT(HTTP_FILE_DATA, "file_data", "File Data"),
	[HTTP_REQUEST_NUMBER] = {"http.request_number", "Request number", FIELD_UINT, BASE_DEC, 4},
	[HTTP_RESPONSE_NUMBER] = {"http.response_number", "Response number", FIELD_UINT, BASE_DEC,
				  4},
	[HTTP_REQUEST_IN] = {"http.request_in", "Request in frame", FIELD_FRAME},
	[HTTP_RESPONSE_IN] = {"http.response_in", "Response in frame", FIELD_FRAME},
	[HTTP_PREV_REQUEST_IN] = {"http.prev_request_in", "Prev request in frame", FIELD_FRAME},
	[HTTP_PREV_RESPONSE_IN] = {"http.prev_response_in", "Prev response in frame", FIELD_FRAME},
	TEXT(HTTP_RESPONSE_FOR_URI, "response_for.uri", "Request URI"),
	[HTTP_TIME] = {"http.time", "Time since request", FIELD_DURATION},
	[HTTP_CHUNK_SIZE] = {"http.chunk_size", "Chunk size", FIELD_UINT, BASE_DEC, 4},
	[HTTP_CHUNK_DATA] = {"http.chunk_data", "Chunk data", FIELD_BYTES},
	[HTTP_CHUNK_BOUNDARY] = {"http.chunk_boundary", "Chunk boundary", FIELD_BYTES},
	TEXT(HTTP_TRAILER_PART, "chunked_trailer_part", "trailer-part"),
	TEXT(HTTP_AUTHORIZATION, "authorization", "Authorization"),
	TEXT(HTTP_PROXY_AUTHENTICATE, "proxy_authenticate", "Proxy-Authenticate"),
	TEXT(HTTP_PROXY_AUTHORIZATION, "proxy_authorization", "Proxy-Authorization"),
	TEXT(HTTP_WWW_AUTHENTICATE, "www_authenticate", "WWW-Authenticate"),
	TEXT(HTTP_CONTENT_TYPE, "content_type", "Content-Type"),
	TEXT(HTTP_CONTENT_LENGTH_HEADER, "content_length_header", "Content-Length"),
	TEXT(HTTP_CONTENT_ENCODING, "content_encoding", "Content-Encoding"),
	TEXT(HTTP_TRANSFER_ENCODING, "transfer_encoding", "Transfer-Encoding"),
	TEXT(HTTP_UPGRADE, "upgrade", "Upgrade"),
	TEXT(HTTP_USER_AGENT, "user_agent", "User-Agent"),
	TEXT(HTTP_HOST, "host", "Host"),
	TEXT(HTTP_CONNECTION, "connection", "Connection"),
	TEXT(HTTP_COOKIE, "cookie", "Cookie"),
	TEXT(HTTP_ACCEPT, "accept", "Accept"),
	TEXT(HTTP_REFERER, "referer", "Referer"),
	TEXT(HTTP_ACCEPT_LANGUAGE, "accept_language", "Accept-Language"),
	TEXT(HTTP_ACCEPT_ENCODING, "accept_encoding", "Accept Encoding"),
	TEXT(HTTP_DATE, "date", "Date"),
	TEXT(HTTP_CACHE_CONTROL, "cache_control", "Cache-Control"),
	TEXT(HTTP_SERVER, "server", "Server"),
	TEXT(HTTP_LOCATION, "location", "Location"),
	TEXT(HTTP_WEBSOCKET_ACCEPT, "sec_websocket_accept", "Sec-WebSocket-Accept"),
	TEXT(HTTP_WEBSOCKET_EXTENSIONS, "sec_websocket_extensions", "Sec-WebSocket-Extensions"),
	TEXT(HTTP_WEBSOCKET_KEY, "sec_websocket_key", "Sec-WebSocket-Key"),
	TEXT(HTTP_WEBSOCKET_PROTOCOL, "sec_websocket_protocol", "Sec-WebSocket-Protocol"),
	TEXT(HTTP_WEBSOCKET_VERSION, "sec_websocket_version", "Sec-WebSocket-Version"),
	TEXT(HTTP_SET_COOKIE, "set_cookie", "Set-Cookie"),
	TEXT(HTTP_LAST_MODIFIED, "last_modified", "Last-Modified"),
	TEXT(HTTP_X_FORWARDED_FOR, "x_forwarded_for", "X-Forwarded-For"),
	TEXT(HTTP2_SETTINGS, "http2_settings", "HTTP2-Settings"),
};

static_assert(sizeof(fields) / sizeof(fields[0]) == HTTP_FIELDS, "every http_field has a row");

/* IANA, "HTTP Method Registry", with the methods of UPnP (NOTIFY and kin). */
static const char *const methods[] = {
	"GET",
	"HEAD",
	"POST",
	"PUT",
	"DELETE",
	"OPTIONS",
	"TRACE",
	"CONNECT",
	"PATCH",
	"PROPFIND",
	"PROPPATCH",
	"MKCOL",
	"COPY",
	"MOVE",
	"LOCK",
	"UNLOCK",
	"POLL",
	"BCOPY",
	"BMOVE",
	"SEARCH",
	"BDELETE",
	"BPROPFIND",
	"REPORT",
	"BPROPPATCH",
	"LABEL",
	"MERGE",
	"CHECKOUT",
	"CHECKIN",
	"UPDATE",
	"LINK",
	"UNLINK",
	"ACL",
	"BIND",
	"UNBIND",
	"REBIND",
	"SUBSCRIBE",
	"NOTIFY",
	"UNCHECKOUT",
	"MKACTIVITY",
	"M-SEARCH",
	"UNSUBSCRIBE",
	"MKCALENDAR",
	"MKWORKSPACE",
	"VERSION-CONTROL",
	"BASELINE-CONTROL",
	"ORDERPATCH",
	"MKREDIRECTREF",
	"UPDATEREDIRECTREF",
	"RPC_CONNECT",
	"RPC_IN_DATA",
	"RPC_OUT_DATA",
	"SMS",
};

/* IANA, "HTTP Status Code Registry". */
static const struct value_name code_names[] = {
	VALUE(100, "Continue"),
	VALUE(101, "Switching Protocols"),
	VALUE(102, "Processing"),
	VALUE(200, "OK"),
	VALUE(201, "Created"),
	VALUE(202, "Accepted"),
	VALUE(203, "Non-Authoritative Information"),
	VALUE(204, "No Content"),
	VALUE(205, "Reset Content"),
	VALUE(206, "Partial Content"),
	VALUE(207, "Multi-Status"),
	VALUE(208, "Already Reported"),
	VALUE(226, "IM Used"),
	VALUE(300, "Multiple Choices"),
	VALUE(301, "Moved Permanently"),
	VALUE(302, "Found"),
	VALUE(303, "See Other"),
	VALUE(304, "Not Modified"),
	VALUE(305, "Use Proxy"),
	VALUE(307, "Temporary Redirect"),
	VALUE(308, "Permanent Redirect"),
	VALUE(400, "Bad Request"),
	VALUE(401, "Unauthorized"),
	VALUE(402, "Payment Required"),
	VALUE(403, "Forbidden"),
	VALUE(404, "Not Found"),
	VALUE(405, "Method Not Allowed"),
	VALUE(406, "Not Acceptable"),
	VALUE(407, "Proxy Authentication Required"),
	VALUE(408, "Request Time-out"),
	VALUE(409, "Conflict"),
	VALUE(410, "Gone"),
	VALUE(411, "Length Required"),
	VALUE(412, "Precondition Failed"),
	VALUE(413, "Request Entity Too Large"),
	VALUE(414, "Request-URI Too Long"),
	VALUE(415, "Unsupported Media Type"),
	VALUE(416, "Requested range not satisfiable"),
	VALUE(417, "Expectation Failed"),
	VALUE(421, "Misdirected Request"),
	VALUE(422, "Unprocessable Entity"),
	VALUE(423, "Locked"),
	VALUE(424, "Failed Dependency"),
	VALUE(426, "Upgrade Required"),
	VALUE(428, "Precondition Required"),
	VALUE(429, "Too Many Requests"),
	VALUE(431, "Request Header Fields Too Large"),
	VALUE(451, "Unavailable For Legal Reasons"),
	VALUE(500, "Internal Server Error"),
	VALUE(501, "Not Implemented"),
	VALUE(502, "Bad Gateway"),
	VALUE(503, "Service Unavailable"),
	VALUE(504, "Gateway Time-out"),
	VALUE(505, "HTTP Version not supported"),
	VALUE(507, "Insufficient Storage"),
	VALUE(511, "Network Authentication Required"),
	VALUE_END,
};

static bool prefix_of(const struct text *t, const char *word)
{
	return t->len < strlen(word) && !memcmp(t->base + t->at, word, t->len);
}

static bool is_response(const struct text *line)
{
	return text_starts(line, "HTTP/");
}

static bool is_request(const struct text *line)
{
	struct text rest = *line;
	struct text method = text_word(&rest);

	if (!rest.len)
		return false;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (text_is(&method, methods[i]))
			return true;
	return false;
}

static void say_uri(struct dissect *d, const struct text *uri)
{
	struct text rest = *uri;
	struct text path = text_until(&rest, '?');
	uint32_t outer, inner;

	say_text(d, F(URI), uri);
	if (path.len == uri->len || !d->tree)
		return;
	outer = say_open(d);
	say_text(d, F(URI_PATH), &path);
	say_text(d, F(URI_QUERY), &rest);
	inner = say_open(d);
	while (rest.len && dissect_step(d)) {
		struct text parameter = text_until(&rest, '&');

		say_text(d, F(URI_PARAMETER), &parameter);
	}
	say_close(d, inner);
	say_close(d, outer);
}

static void say_request(struct dissect *d, struct text line, const struct http_message *m)
{
	struct text method = text_word(&line);

	text_word(&line);
	say_text(d, F(METHOD), &method);
	say_uri(d, &m->uri);
	say_text(d, F(REQUEST_VERSION), &line);
}

static void say_response(struct dissect *d, struct text line)
{
	struct text version = text_word(&line);
	struct text code = text_word(&line);
	const char *name;
	uint64_t number;

	say_text(d, F(RESPONSE_VERSION), &version);
	if (code.len != 3 || !text_decimal(&code, &number))
		return;
	d->item = tree_uint(d->tree, F(CODE), code.at, code.len, number);
	name = value_name(code_names, number);
	d->item = tree_string(d->tree, F(CODE_DESC), code.at, code.len, name ? name : "Unknown");
	item_flag(d->item, ITEM_GENERATED);
	if (line.len)
		say_text(d, F(PHRASE), &line);
}

static void note_start(struct text line, struct http_message *m)
{
	struct text method;

	m->response = is_response(&line);
	method = text_word(&line);
	m->accepted = m->response && text_byte(&line, 0) == '2';
	m->interim = m->response && text_byte(&line, 0) == '1';
	if (m->response)
		return;
	m->uri = text_word(&line);
	m->notify = text_is(&method, "NOTIFY");
	if (text_is(&method, "HEAD"))
		m->asks = HTTP_ASKED_HEAD;
	else if (text_is(&method, "CONNECT"))
		m->asks = HTTP_ASKED_CONNECT;
}

static void say_start(struct dissect *d, const struct text *line, const struct text *whole,
		      const struct http_message *m)
{
	char shown[LINE_SHOWN_MAX];
	struct item *item;
	uint32_t before;

	if (!d->tree)
		return;
	item = say_line(d, whole->at, whole->len, "%s", text_shown(whole, shown));
	before = tree_open(d->tree, item);
	say_expert(d, tree_index(d->tree, item), F(CHAT), EXPERT_CHAT, EXPERT_SEQUENCE, "%s",
		   shown);
	if (m->response)
		say_response(d, *line);
	else
		say_request(d, *line, m);
	tree_close(d->tree, before);
}

static uint16_t header_field(const struct text *name)
{
	for (uint16_t i = FIRST_HEADER; i < HTTP_FIELDS; i++) {
		const char *label = i == HTTP_ACCEPT_ENCODING ? "Accept-Encoding" : fields[i].label;

		if (text_is_nocase(name, label))
			return i;
	}
	return 0;
}

static void say_cookies(struct dissect *d, struct text value)
{
	while (value.len && dissect_step(d)) {
		struct text pair = text_trim(text_until(&value, ';'));

		say_text(d, F(COOKIE_PAIR), &pair);
	}
}

static void note_header(struct http_message *m, uint16_t field, struct text value)
{
	value = text_trim(value);
	if (field == HTTP_HOST)
		m->host = value;
	else if (field == HTTP_CONTENT_TYPE)
		m->type = text_trim(text_until(&value, ';'));
	else if (field == HTTP_CONTENT_LENGTH_HEADER)
		m->has_length = text_decimal(&value, &m->length);
}

/* One header: line without, whole with its end. */
static void say_header(struct dissect *d, struct text line, const struct text *whole,
		       struct http_message *m)
{
	struct text name = text_until(&line, ':');
	uint16_t field = header_field(&name);
	char shown[LINE_SHOWN_MAX];
	uint32_t before;

	while (line.len && (text_byte(&line, 0) == ' ' || text_byte(&line, 0) == '\t'))
		line = text_behind(line, 1);
	note_header(m, field, line);
	if (!d->tree)
		return;
	if (field) {
		say_text_at(d, FIELD_ID(PROTOCOL_HTTP, field), whole, &line);
		item_text(d->tree, d->item, "%s", text_shown(whole, shown));
		before = say_open(d);
		if (field == HTTP_COOKIE)
			say_cookies(d, line);
		if (field == HTTP_CONTENT_LENGTH_HEADER && m->has_length)
			item_flag(tree_uint(d->tree, F(CONTENT_LENGTH), whole->at, whole->len,
					    m->length),
				  ITEM_GENERATED);
		say_close(d, before);
	}
	say_text(d, m->response ? F(RESPONSE_LINE) : F(REQUEST_LINE), whole);
	item_text(d->tree, d->item, "%s", text_shown(whole, shown));
	item_flag(d->item, field ? ITEM_HIDDEN : 0);
}

/* True when the empty line behind the headers was met. */
static bool read_headers(struct dissect *d, struct cursor *c, struct http_message *m)
{
	struct text line, whole;
	char shown[LINE_SHOWN_MAX];

	for (;;) {
		struct cursor before = *c;

		if (!line_read_folded(d, c, &line, &whole))
			return false;
		if (!line.len)
			break;
		if (text_find(&line, ':') == line.len) {
			*c = before;
			return false;
		}
		say_header(d, line, &whole, m);
	}
	if (d->tree)
		say_line(d, whole.at, whole.len, "%s", text_shown(&whole, shown));
	return true;
}

/* As a browser would show it; false when the message does not tell, or it is very long. */
static bool full_uri(const struct http_message *m, char uri[static LINE_SHOWN_MAX])
{
	/* RFC 9112 s. 3.2.2, 3.2.3: the target of CONNECT is all there is to it. */
	bool absolute = m->asks == HTTP_ASKED_CONNECT || text_starts(&m->uri, "http://") ||
			text_starts(&m->uri, "https://");

	if (m->response || !m->host.len || m->uri.len + m->host.len > LINE_SHOWN_MAX - 16)
		return false;
	snprintf(uri, LINE_SHOWN_MAX, "%s%.*s%.*s", absolute ? "" : "http://",
		 absolute ? 0 : (int)m->host.len, (const char *)m->host.base + m->host.at,
		 (int)m->uri.len, (const char *)m->uri.base + m->uri.at);
	return true;
}

/* Bytes of a message whose start is elsewhere, or none of HTTP's. */
static void say_continuation(struct dissect *d, struct cursor *c)
{
	uint32_t pending = d->pending_count;

	info_add(d, "Continuation");
	dissect_next_below(d, PROTOCOL_DATA, c);
	dissect_pending_now(d, pending);
}

static bool starts_message(const struct cursor *c)
{
	struct text held = text_held(c);

	held.len = text_find(&held, '\n');
	return is_response(&held) || is_request(&held);
}

/* The first line is not all there, but what there is could be a message's. */
static bool begins_like_message(const struct text *held)
{
	static const char version[] = "HTTP/";

	if (text_find(held, '\n') < held->len || !held->len)
		return false;
	if (is_response(held) || is_request(held) || prefix_of(held, version))
		return true;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (prefix_of(held, methods[i]))
			return true;
	return false;
}

/* True when the message at c goes on in segments to come and is kept until then. */
static bool wait_for_rest(struct dissect *d, const struct cursor *c, bool first,
			  const struct http_talk *talk, struct http_framing *framing)
{
	struct text held = text_held(c), line, whole;
	struct cursor look = *c;

	if (begins_like_message(&held) && dissect_want_more(d, c, DISSECT_ONE_SEGMENT))
		return true;
	if (first)
		info_clear(d);
	if (!starts_message(c) || !line_read(d, &look, &line, &whole))
		return false;
	info_add_text(d, &line);
	info_add(d, " ");
	http_framing_read(d, held, http_talk_asked(talk), framing);
	return framing->lacks && dissect_want_more(d, c, framing->lacks);
}

static void read_message(struct dissect *d, struct cursor *c, const struct http_framing *framing,
			 struct http_talk *talk)
{
	uint32_t layer = d->tree ? d->tree->parent : 0;
	struct http_message m = {0};
	char uri[LINE_SHOWN_MAX] = "";
	struct text line, whole;

	if (!line_read(d, c, &line, &whole))
		return;
	note_start(line, &m);
	say_start(d, &line, &whole, &m);
	read_headers(d, c, &m);
	if (full_uri(&m, uri))
		item_flag(tree_string(d->tree, F(FULL_URI), 0, 0, uri), ITEM_GENERATED);
	item_flag(tree_uint(d->tree, m.response ? F(RESPONSE) : F(REQUEST), 0, 0, 1), ITEM_HIDDEN);
	if (m.notify)
		item_flag(tree_uint(d->tree, F(NOTIFICATION), 0, 0, 1), ITEM_HIDDEN);
	http_talk_take(d, talk, &m, uri);
	http_say_body(d, c, &m, framing);
	if (d->tree)
		d->tree->parent = layer;
}

static void read_messages(struct dissect *d, struct cursor *c)
{
	struct http_talk talk = http_talk_recall(d);

	for (bool first = true; cursor_held(c) && dissect_step(d); first = false) {
		struct http_framing framing = {0};

		if (wait_for_rest(d, c, first, &talk, &framing))
			return;
		if (!starts_message(c)) {
			say_continuation(d, c);
			return;
		}
		read_message(d, c, &framing, &talk);
	}
}

static void dissect_http(struct dissect *d, struct cursor *c)
{
	read_messages(d, c);
	if (d->segment.wanted)
		return;
	if (cursor_held(c) < cursor_left(c))
		c->status = CURSOR_TRUNCATED;
	else
		cursor_skip(c, cursor_left(c));
}

/* On its own ports everything is HTTP; elsewhere what begins like it. */
static bool accept_http(const struct dissect *d, const struct cursor *c, bool by_port)
{
	(void)d;
	return by_port || starts_message(c);
}

const struct dissector http_dissector = {fields, HTTP_FIELDS, dissect_http, accept_http};
