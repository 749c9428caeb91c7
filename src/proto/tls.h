/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transport Layer Security (RFC 8446, RFC 5246): records, alerts, handshake messages.
 *
 * Theory of operation. What a ServerHello chose (version, protocol above) is remembered for the
 * connection, and so is which side has changed its cipher, behind which messages are encrypted. A
 * second pass knows the version from the ClientHello on. Where nothing is remembered, a capture
 * that begins later, the version is the one that the record names and the form of a message tells
 * whether it is encrypted. A record that goes on in a later segment is read as far as it is here
 * when it cannot be put together; its end is then not an error.
 */
#ifndef SONDE_PROTO_TLS_H
#define SONDE_PROTO_TLS_H

#include "proto/registry.h"
#include "wire/field.h"

enum tls_field {
	TLS_PROTOCOL,
	TLS_RECORD,
	TLS_CONTENT_TYPE,
	TLS_OPAQUE_TYPE,
	TLS_RECORD_VERSION,
	TLS_RECORD_LENGTH,
	TLS_APP_DATA,
	TLS_APP_DATA_PROTO,
	TLS_ALERT,
	TLS_ALERT_LEVEL,
	TLS_ALERT_DESC,
	TLS_CHANGE_CIPHER_SPEC,
	TLS_HEARTBEAT,
	TLS_HANDSHAKE,
	TLS_HANDSHAKE_TYPE,
	TLS_HANDSHAKE_LENGTH,
	TLS_VERSION,
	TLS_RANDOM,
	TLS_RANDOM_TIME,
	TLS_RANDOM_BYTES,
	TLS_SESSION_ID_LENGTH,
	TLS_SESSION_ID,
	TLS_SUITES_LENGTH,
	TLS_SUITES,
	TLS_SUITE,
	TLS_COMPRESSIONS_LENGTH,
	TLS_COMPRESSIONS,
	TLS_COMPRESSION,
	TLS_EXTENSIONS_LENGTH,
	TLS_EXTENSION_TYPE,
	TLS_EXTENSION_LENGTH,
	TLS_EXTENSION_DATA,
	TLS_NAME_LIST_LENGTH,
	TLS_NAME_TYPE,
	TLS_NAME_LENGTH,
	TLS_NAME,
	TLS_GROUPS_LENGTH,
	TLS_GROUPS,
	TLS_GROUP,
	TLS_POINT_FORMATS_LENGTH,
	TLS_POINT_FORMATS,
	TLS_POINT_FORMAT,
	TLS_ALPN_LENGTH,
	TLS_ALPN_LIST,
	TLS_ALPN_STRING_LENGTH,
	TLS_ALPN_STRING,
	TLS_SIGNATURES_LENGTH,
	TLS_SIGNATURES,
	TLS_SIGNATURE,
	TLS_SIGNATURE_HASH,
	TLS_SIGNATURE_SIGN,
	TLS_VERSIONS_LENGTH,
	TLS_SUPPORTED_VERSION,
	TLS_PSK_MODES_LENGTH,
	TLS_PSK_MODE,
	TLS_KEY_SHARES_LENGTH,
	TLS_KEY_GROUP,
	TLS_KEY_LENGTH,
	TLS_KEY,
	TLS_KEY_SELECTED,
	TLS_RENEGOTIATION_LENGTH,
	TLS_RENEGOTIATION,
	TLS_STATUS_TYPE,
	TLS_RESPONDERS_LENGTH,
	TLS_REQUEST_EXTENSIONS_LENGTH,
	TLS_PADDING,
	TLS_FRAGMENT_LENGTH,
	TLS_RECORD_SIZE_LIMIT,
	TLS_COMPRESS_LENGTH,
	TLS_COMPRESS_ALGORITHM,
	TLS_COOKIE_LENGTH,
	TLS_COOKIE,
	TLS_HEARTBEAT_MODE,
	TLS_IDENTITIES_LENGTH,
	TLS_IDENTITY_LENGTH,
	TLS_IDENTITY,
	TLS_TICKET_AGE,
	TLS_BINDERS_LENGTH,
	TLS_BINDERS,
	TLS_IDENTITY_SELECTED,
	TLS_CERTIFICATES_LENGTH,
	TLS_CERTIFICATES,
	TLS_CERTIFICATE_LENGTH,
	TLS_CERTIFICATE,
	TLS_CURVE_TYPE,
	TLS_NAMED_CURVE,
	TLS_SERVER_POINT_LENGTH,
	TLS_SERVER_POINT,
	TLS_CLIENT_POINT_LENGTH,
	TLS_CLIENT_POINT,
	TLS_EPMS_LENGTH,
	TLS_EPMS,
	TLS_SIG_LENGTH,
	TLS_SIG,
	TLS_TICKET_LIFETIME,
	TLS_TICKET_LENGTH,
	TLS_SESSION_TICKET,
	TLS_JA3_FULL,
	TLS_JA3,
	TLS_JA3S_FULL,
	TLS_JA3S,
	TLS_FIELDS
};

#define TLS_F(name) FIELD_ID(PROTOCOL_TLS, TLS_##name)

/* Handshake messages: RFC 8446 s. 4, RFC 5246 s. 7.4. */
#define TLS_CLIENT_HELLO 1
#define TLS_SERVER_HELLO 2

#define TLS_1_0 0x0301
#define TLS_1_2 0x0303
#define TLS_1_3 0x0304

struct dissect;

/* What a ServerHello settles. */
struct tls_choice {
	uint16_t version; /* 0: none yet */
	uint8_t alpn;     /* RFC 7301: for tls_alpn_name() */
};

/*
 * Reads the body of a hello, without its four bytes of header. *choice has what is known of the
 * connection, which a ServerHello sets.
 */
void tls_hello(struct dissect *d, struct cursor *c, bool server, struct tls_choice *choice);

/* True when c, behind a ServerHello's version, has the random that asks for another ClientHello. */
bool tls_is_retry(struct cursor c);

/* What the protocol is called; NULL where none was chosen, or one without a reader. */
const char *tls_alpn_name(uint8_t alpn);

/* One signature scheme with the two bytes it was made of before TLS 1.3. */
void tls_say_signature(struct dissect *d, struct cursor *c);

extern const struct field tls_fields[];
extern const struct value_name tls_content_names[];
extern const struct value_name tls_version_names[];
extern const struct value_name tls_handshake_names[];
extern const struct value_name tls_alert_level_names[];
extern const struct value_name tls_alert_names[];
extern const struct value_name tls_compression_names[];
extern const struct value_name tls_extension_names[];
extern const struct value_name tls_group_names[];
extern const struct value_name tls_point_format_names[];
extern const struct value_name tls_signature_names[];
extern const struct value_name tls_hash_names[];
extern const struct value_name tls_sign_names[];
extern const struct value_name tls_psk_mode_names[];
extern const struct value_name tls_certificate_compression_names[];
extern const struct value_name tls_name_type_names[];
extern const struct value_name tls_status_type_names[];
extern const struct value_name tls_curve_type_names[];
extern const struct value_name tls_fragment_length_names[];
extern const struct value_name tls_heartbeat_names[];
extern const struct value_name tls_cipher_names[];

extern const struct dissector tls_dissector;

#endif
