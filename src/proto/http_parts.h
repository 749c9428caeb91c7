/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the HTTP dissector share; only src/proto/http*.c include it. */
#ifndef SONDE_PROTO_HTTP_PARTS_H
#define SONDE_PROTO_HTTP_PARTS_H

#include "proto/http_framing.h"
#include "proto/lines.h"

enum http_field {
	HTTP_PROTOCOL,
	HTTP_CHAT,
	HTTP_REQUEST,
	HTTP_RESPONSE,
	HTTP_NOTIFICATION,
	HTTP_METHOD,
	HTTP_URI,
	HTTP_URI_PATH,
	HTTP_URI_QUERY,
	HTTP_URI_PARAMETER,
	HTTP_REQUEST_VERSION,
	HTTP_RESPONSE_VERSION,
	HTTP_CODE,
	HTTP_CODE_DESC,
	HTTP_PHRASE,
	HTTP_REQUEST_LINE,
	HTTP_RESPONSE_LINE,
	HTTP_FULL_URI,
	HTTP_CONTENT_LENGTH,
	HTTP_COOKIE_PAIR,
	HTTP_FILE_DATA,
	HTTP_REQUEST_NUMBER,
	HTTP_RESPONSE_NUMBER,
	HTTP_REQUEST_IN,
	HTTP_RESPONSE_IN,
	HTTP_PREV_REQUEST_IN,
	HTTP_PREV_RESPONSE_IN,
	HTTP_RESPONSE_FOR_URI,
	HTTP_TIME,
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_BOUNDARY,
	HTTP_TRAILER_PART,
	HTTP_AUTHORIZATION, /* the headers, in the order of header_names */
	HTTP_PROXY_AUTHENTICATE,
	HTTP_PROXY_AUTHORIZATION,
	HTTP_WWW_AUTHENTICATE,
	HTTP_CONTENT_TYPE,
	HTTP_CONTENT_LENGTH_HEADER,
	HTTP_CONTENT_ENCODING,
	HTTP_TRANSFER_ENCODING,
	HTTP_UPGRADE,
	HTTP_USER_AGENT,
	HTTP_HOST,
	HTTP_CONNECTION,
	HTTP_COOKIE,
	HTTP_ACCEPT,
	HTTP_REFERER,
	HTTP_ACCEPT_LANGUAGE,
	HTTP_ACCEPT_ENCODING,
	HTTP_DATE,
	HTTP_CACHE_CONTROL,
	HTTP_SERVER,
	HTTP_LOCATION,
	HTTP_WEBSOCKET_ACCEPT,
	HTTP_WEBSOCKET_EXTENSIONS,
	HTTP_WEBSOCKET_KEY,
	HTTP_WEBSOCKET_PROTOCOL,
	HTTP_WEBSOCKET_VERSION,
	HTTP_SET_COOKIE,
	HTTP_LAST_MODIFIED,
	HTTP_X_FORWARDED_FOR,
	HTTP2_SETTINGS,
	HTTP_FIELDS
};

#define F(name) FIELD_ID(PROTOCOL_HTTP, HTTP_##name)

/* What one message is, gathered while its lines are read. */
struct http_message {
	bool response;
	bool notify;
	enum http_asked asks; /* of a request */
	bool accepted;        /* of a response: 2xx */
	bool interim;         /* the same: 1xx (RFC 9110 s. 15.2) */
	struct text uri;
	struct text host;
	struct text type;
	bool has_length;
	uint64_t length;
};

/* What is remembered of a connection: http_talk.c. */
struct http_seen;

struct http_talk {
	struct http_seen *seen; /* NULL: nothing */
	uint64_t *kept;
};

struct http_talk http_talk_recall(const struct dissect *d);

/* What the next response answers. */
enum http_asked http_talk_asked(const struct http_talk *talk);

/*
 * A message of which all that is read is there: says which others belong to it. uri: "" for none.
 */
void http_talk_take(struct dissect *d, struct http_talk *talk, const struct http_message *m,
		    const char *uri);

/* What stands behind the headers. */
void http_say_body(struct dissect *d, struct cursor *c, const struct http_message *m,
		   const struct http_framing *framing);

#endif
