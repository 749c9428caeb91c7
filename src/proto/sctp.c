// SPDX-License-Identifier: Apache-2.0
// Stream Control Transmission Protocol (RFC 9260) and the chunks of its extensions.
#include "proto/sctp.h"

#include <assert.h>
#include <stdio.h>

#include "proto/dissect.h"

#define SCTP_CHUNK_HEADER     4
#define SCTP_PARAMETER_HEADER 4

enum sctp_chunk {
	CHUNK_DATA = 0,
	CHUNK_INIT = 1,
	CHUNK_INIT_ACK = 2,
	CHUNK_SACK = 3,
	CHUNK_HEARTBEAT = 4,
	CHUNK_HEARTBEAT_ACK = 5,
	CHUNK_ABORT = 6,
	CHUNK_SHUTDOWN = 7,
	CHUNK_SHUTDOWN_ACK = 8,
	CHUNK_ERROR = 9,
	CHUNK_COOKIE_ECHO = 10,
	CHUNK_COOKIE_ACK = 11,
	CHUNK_ECNE = 12,
	CHUNK_CWR = 13,
	CHUNK_SHUTDOWN_COMPLETE = 14,
	CHUNK_AUTH = 15, /* RFC 4895 */
	CHUNK_NR_SACK = 16,
	CHUNK_I_DATA = 64,      /* RFC 8260 */
	CHUNK_ASCONF_ACK = 128, /* RFC 5061 */
	CHUNK_PKTDROP = 129,
	CHUNK_RE_CONFIG = 130,   /* RFC 6525 */
	CHUNK_PAD = 132,         /* RFC 4820 */
	CHUNK_FORWARD_TSN = 192, /* RFC 3758 */
	CHUNK_ASCONF = 193,
	CHUNK_I_FORWARD_TSN = 194,
};

enum sctp_field {
	SCTP_PROTOCOL,
	SCTP_SRCPORT,
	SCTP_DSTPORT,
	SCTP_PORT,
	SCTP_TAG,
	SCTP_ASSOC_INDEX,
	SCTP_CHECKSUM,
	SCTP_CHECKSUM_STATUS,
	SCTP_CHUNK_TYPE,
	SCTP_CHUNK_BIT_1,
	SCTP_CHUNK_BIT_2,
	SCTP_CHUNK_FLAGS,
	SCTP_CHUNK_LENGTH,
	SCTP_CHUNK_PADDING,
	SCTP_CHUNK_VALUE,
	SCTP_COOKIE,
	SCTP_INITIATE_TAG,
	SCTP_INIT_TAG,
	SCTP_INIT_CREDIT,
	SCTP_INIT_OUT,
	SCTP_INIT_IN,
	SCTP_INIT_TSN,
	SCTP_INITACK_TAG,
	SCTP_INITACK_CREDIT,
	SCTP_INITACK_OUT,
	SCTP_INITACK_IN,
	SCTP_INITACK_TSN,
	SCTP_DATA_TSN_RAW,
	SCTP_DATA_SID,
	SCTP_DATA_SSN,
	SCTP_DATA_PPID,
	SCTP_DATA_RESERVED,
	SCTP_DATA_MID,
	SCTP_DATA_FSN,
	SCTP_DATA_I,
	SCTP_DATA_U,
	SCTP_DATA_B,
	SCTP_DATA_E,
	SCTP_SACK_NONCE,
	SCTP_SACK_TSN_RAW,
	SCTP_SACK_RWND,
	SCTP_SACK_GAPS,
	SCTP_SACK_DUPS,
	SCTP_SACK_GAP_START,
	SCTP_SACK_GAP_END,
	SCTP_SACK_DUP_TSN,
	SCTP_SHUTDOWN_TSN,
	SCTP_ECNE_TSN,
	SCTP_CWR_TSN,
	SCTP_COMPLETE_T,
	SCTP_ABORT_T,
	SCTP_FORWARD_TSN,
	SCTP_FORWARD_SID,
	SCTP_FORWARD_SSN,
	SCTP_I_FORWARD_TSN,
	SCTP_KEY_ID,
	SCTP_HMAC_ID,
	SCTP_HMAC,
	SCTP_ASCONF_SEQ,
	SCTP_ASCONF_ACK_SEQ,
	SCTP_PARAMETER_TYPE,
	SCTP_PARAMETER_BIT_1,
	SCTP_PARAMETER_BIT_2,
	SCTP_PARAMETER_LENGTH,
	SCTP_PARAMETER_VALUE,
	SCTP_PARAMETER_PADDING,
	SCTP_PARAMETER_IPV4,
	SCTP_PARAMETER_IPV6,
	SCTP_PARAMETER_HEARTBEAT,
	SCTP_PARAMETER_COOKIE,
	SCTP_PARAMETER_LIFE,
	SCTP_PARAMETER_HOST,
	SCTP_PARAMETER_ADDRESS_TYPE,
	SCTP_PARAMETER_ADAPTATION,
	SCTP_PARAMETER_RANDOM,
	SCTP_PARAMETER_AUTH_CHUNK,
	SCTP_PARAMETER_SUPPORTED,
	SCTP_CAUSE_CODE,
	SCTP_CAUSE_LENGTH,
	SCTP_CAUSE_INFORMATION,
	SCTP_CAUSE_PADDING,
	SCTP_PAD_DATA,
	SCTP_FIELDS
};

static const struct value_name chunk_names[] = {
	VALUE(CHUNK_DATA, "DATA"),
	VALUE(CHUNK_INIT, "INIT"),
	VALUE(CHUNK_INIT_ACK, "INIT_ACK"),
	VALUE(CHUNK_SACK, "SACK"),
	VALUE(CHUNK_HEARTBEAT, "HEARTBEAT"),
	VALUE(CHUNK_HEARTBEAT_ACK, "HEARTBEAT_ACK"),
	VALUE(CHUNK_ABORT, "ABORT"),
	VALUE(CHUNK_SHUTDOWN, "SHUTDOWN"),
	VALUE(CHUNK_SHUTDOWN_ACK, "SHUTDOWN_ACK"),
	VALUE(CHUNK_ERROR, "ERROR"),
	VALUE(CHUNK_COOKIE_ECHO, "COOKIE_ECHO"),
	VALUE(CHUNK_COOKIE_ACK, "COOKIE_ACK"),
	VALUE(CHUNK_ECNE, "ECNE"),
	VALUE(CHUNK_CWR, "CWR"),
	VALUE(CHUNK_SHUTDOWN_COMPLETE, "SHUTDOWN_COMPLETE"),
	VALUE(CHUNK_AUTH, "AUTH"),
	VALUE(CHUNK_NR_SACK, "NR_SACK"),
	VALUE(CHUNK_I_DATA, "I_DATA"),
	VALUE(CHUNK_ASCONF_ACK, "ASCONF_ACK"),
	VALUE(CHUNK_PKTDROP, "PKTDROP"),
	VALUE(CHUNK_RE_CONFIG, "RE_CONFIG"),
	VALUE(CHUNK_PAD, "PAD"),
	VALUE(CHUNK_FORWARD_TSN, "FORWARD_TSN"),
	VALUE(CHUNK_ASCONF, "ASCONF"),
	VALUE(CHUNK_I_FORWARD_TSN, "I_FORWARD_TSN"),
	VALUE(255, "IETF_EXTENSION"),
	VALUE_END,
};

/* IANA, "SCTP Payload Protocol Identifiers" */
static const struct value_name ppid_names[] = {
	VALUE(0, "not specified"),
	VALUE(1, "IUA"),
	VALUE(2, "M2UA"),
	VALUE(3, "M3UA"),
	VALUE(4, "SUA"),
	VALUE(5, "M2PA"),
	VALUE(6, "V5UA"),
	VALUE(7, "H.248/MEGACO"),
	VALUE(11, "ASAP"),
	VALUE(12, "ENRP"),
	VALUE(13, "H.323"),
	VALUE(18, "S1 Application Protocol (S1AP)"),
	VALUE(21, "ForCES-HP"),
	VALUE(22, "ForCES-MP"),
	VALUE(23, "ForCES-LP"),
	VALUE(27, "X2AP"),
	VALUE(46, "DIAMETER"),
	VALUE(47, "DIAMETER over DTLS"),
	VALUE(50, "WebRTC Control"),
	VALUE(51, "WebRTC String"),
	VALUE(53, "WebRTC Binary"),
	VALUE(56, "WebRTC String Empty"),
	VALUE(57, "WebRTC Binary Empty"),
	VALUE(60, "NGAP"),
	VALUE(61, "XnAP"),
	VALUE(62, "F1 AP"),
	VALUE_END,
};

enum sctp_parameter {
	PARAMETER_HEARTBEAT = 0x0001,
	PARAMETER_IPV4 = 0x0005,
	PARAMETER_IPV6 = 0x0006,
	PARAMETER_COOKIE = 0x0007,
	PARAMETER_LIFE = 0x0009,
	PARAMETER_HOST = 0x000b,
	PARAMETER_ADDRESS_TYPES = 0x000c,
	PARAMETER_RANDOM = 0x8002,
	PARAMETER_AUTH_CHUNKS = 0x8003,
	PARAMETER_HMACS = 0x8004,
	PARAMETER_SUPPORTED = 0x8008,
	PARAMETER_ADAPTATION = 0xc006,
};

static const struct value_name parameter_names[] = {
	VALUE(PARAMETER_HEARTBEAT, "Heartbeat info"),
	VALUE(PARAMETER_IPV4, "IPv4 address"),
	VALUE(PARAMETER_IPV6, "IPv6 address"),
	VALUE(PARAMETER_COOKIE, "State cookie"),
	VALUE(0x0008, "Unrecognized parameter"),
	VALUE(PARAMETER_LIFE, "Cookie preservative"),
	VALUE(PARAMETER_HOST, "Hostname address"),
	VALUE(PARAMETER_ADDRESS_TYPES, "Supported address types"),
	VALUE(0x000d, "Outgoing SSN reset request"),
	VALUE(0x000e, "Incoming SSN reset request"),
	VALUE(0x000f, "SSN/TSN reset request"),
	VALUE(0x0010, "Re-configuration response"),
	VALUE(0x0011, "Add outgoing streams request"),
	VALUE(0x0012, "Add incoming streams request"),
	VALUE(0x8000, "ECN"),
	VALUE(PARAMETER_RANDOM, "Random"),
	VALUE(PARAMETER_AUTH_CHUNKS, "Authenticated Chunk list"),
	VALUE(PARAMETER_HMACS, "Requested HMAC Algorithm"),
	VALUE(PARAMETER_SUPPORTED, "Supported Extensions"),
	VALUE(0xc000, "Forward TSN supported"),
	VALUE(0xc001, "Add IP address"),
	VALUE(0xc002, "Delete IP address"),
	VALUE(0xc003, "Error cause indication"),
	VALUE(0xc004, "Set primary address"),
	VALUE(0xc005, "Success report"),
	VALUE(PARAMETER_ADAPTATION, "Adaptation Layer Indication"),
	VALUE_END,
};

static const struct value_name cause_names[] = {
	VALUE(0x0001, "Invalid stream identifier"),
	VALUE(0x0002, "Missing mandatory parameter"),
	VALUE(0x0003, "Stale cookie error"),
	VALUE(0x0004, "Out of resource"),
	VALUE(0x0005, "Unresolvable address"),
	VALUE(0x0006, "Unrecognized chunk type"),
	VALUE(0x0007, "Invalid mandatory parameter"),
	VALUE(0x0008, "Unrecognized parameters"),
	VALUE(0x0009, "No user data"),
	VALUE(0x000a, "Cookie received while shutting down"),
	VALUE(0x000b, "Restart of an association with new addresses"),
	VALUE(0x000c, "User initiated ABORT"),
	VALUE(0x000d, "Protocol violation"),
	VALUE(0x00a0, "Request to delete last address"),
	VALUE(0x00a1, "Operation refused due to resource shortage"),
	VALUE(0x00a2, "Request to delete source address"),
	VALUE(0x00a3, "Association Aborted due to illegal ASCONF-ACK"),
	VALUE(0x00a4, "Request refused - no authorization"),
	VALUE(0x0105, "Unsupported HMAC identifier"),
	VALUE_END,
};

static const struct value_name address_type_names[] = {
	VALUE(PARAMETER_IPV4, "IPv4 address"),
	VALUE(PARAMETER_IPV6, "IPv6 address"),
	VALUE(PARAMETER_HOST, "Hostname address"),
	VALUE_END,
};

static const struct value_name hmac_names[] = {
	VALUE(0, "Reserved"), VALUE(1, "SHA-1"), VALUE(2, "Reserved"),
	VALUE(3, "SHA-256"),  VALUE_END,
};

/* clang-format off */
#define NUMBER(filter, text, base, width) {filter, text, FIELD_UINT, base, width}
#define BIT(filter, text, width, bit, on, off) \
	{filter, text, FIELD_BOOL, BASE_DEC, width, bit, .yes = on, .no = off}

static const struct field fields[] = {
	[SCTP_PROTOCOL] = {"sctp", "Stream Control Transmission Protocol", FIELD_PROTOCOL},
	[SCTP_SRCPORT] = NUMBER("sctp.srcport", "Source port", BASE_DEC, 2),
	[SCTP_DSTPORT] = NUMBER("sctp.dstport", "Destination port", BASE_DEC, 2),
	[SCTP_PORT] = NUMBER("sctp.port", "Port", BASE_DEC, 2),
	[SCTP_TAG] = NUMBER("sctp.verification_tag", "Verification tag", BASE_HEX, 4),
	[SCTP_ASSOC_INDEX] = NUMBER("sctp.assoc_index", "Association index", BASE_DEC, 2),
	[SCTP_CHECKSUM] = NUMBER("sctp.checksum", "Checksum", BASE_HEX, 4),
	[SCTP_CHECKSUM_STATUS] = {"sctp.checksum.status", "Checksum Status", FIELD_UINT, BASE_NAME,
				  1, .names = checksum_status_names},
	[SCTP_CHUNK_TYPE] = {"sctp.chunk_type", "Chunk type", FIELD_UINT, BASE_DEC, 1,
			     .names = chunk_names},
	[SCTP_CHUNK_BIT_1] = BIT("sctp.chunk_bit_1", "Bit", 1, 0x80,
				 "Skip chunk and continue processing of the packet",
				 "Stop processing of the packet"),
	[SCTP_CHUNK_BIT_2] = BIT("sctp.chunk_bit_2", "Bit", 1, 0x40, "Do report", "Do not report"),
	[SCTP_CHUNK_FLAGS] = NUMBER("sctp.chunk_flags", "Chunk flags", BASE_HEX, 1),
	[SCTP_CHUNK_LENGTH] = NUMBER("sctp.chunk_length", "Chunk length", BASE_DEC, 2),
	[SCTP_CHUNK_PADDING] = {"sctp.chunk_padding", "Chunk padding", FIELD_BYTES},
	[SCTP_CHUNK_VALUE] = {"sctp.chunk_value", "Chunk value", FIELD_BYTES},
	[SCTP_COOKIE] = {"sctp.cookie", "Cookie", FIELD_BYTES},
	[SCTP_INITIATE_TAG] = NUMBER("sctp.initiate_tag", "Initiate tag", BASE_HEX, 4),
	[SCTP_INIT_TAG] = NUMBER("sctp.init_initiate_tag", "Initiate tag", BASE_HEX, 4),
	[SCTP_INIT_CREDIT] = NUMBER("sctp.init_credit",
				    "Advertised receiver window credit (a_rwnd)", BASE_DEC, 4),
	[SCTP_INIT_OUT] = NUMBER("sctp.init_nr_out_streams", "Number of outbound streams",
				 BASE_DEC, 2),
	[SCTP_INIT_IN] = NUMBER("sctp.init_nr_in_streams", "Number of inbound streams", BASE_DEC,
				2),
	[SCTP_INIT_TSN] = NUMBER("sctp.init_initial_tsn", "Initial TSN", BASE_DEC, 4),
	[SCTP_INITACK_TAG] = NUMBER("sctp.initack_initiate_tag", "Initiate tag", BASE_HEX, 4),
	[SCTP_INITACK_CREDIT] = NUMBER("sctp.initack_credit",
				       "Advertised receiver window credit (a_rwnd)", BASE_DEC, 4),
	[SCTP_INITACK_OUT] = NUMBER("sctp.initack_nr_out_streams", "Number of outbound streams",
				    BASE_DEC, 2),
	[SCTP_INITACK_IN] = NUMBER("sctp.initack_nr_in_streams", "Number of inbound streams",
				   BASE_DEC, 2),
	[SCTP_INITACK_TSN] = NUMBER("sctp.initack_initial_tsn", "Initial TSN", BASE_DEC, 4),
	[SCTP_DATA_TSN_RAW] = NUMBER("sctp.data_tsn_raw",
				     "Transmission sequence number (absolute)", BASE_DEC, 4),
	[SCTP_DATA_SID] = NUMBER("sctp.data_sid", "Stream identifier", BASE_HEX, 2),
	[SCTP_DATA_SSN] = NUMBER("sctp.data_ssn", "Stream sequence number", BASE_DEC, 2),
	[SCTP_DATA_PPID] = {"sctp.data_payload_proto_id", "Payload protocol identifier",
			    FIELD_UINT, BASE_DEC, 4, .names = ppid_names},
	[SCTP_DATA_RESERVED] = NUMBER("sctp.data_reserved", "Reserved", BASE_DEC, 2),
	[SCTP_DATA_MID] = NUMBER("sctp.data_mid", "Message identifier", BASE_DEC, 4),
	[SCTP_DATA_FSN] = NUMBER("sctp.data_fsn", "Fragment sequence number", BASE_DEC, 4),
	[SCTP_DATA_I] = BIT("sctp.data_i_bit", "I-Bit", 1, 0x08, "Send SACK immediately",
			    "Possibly delay SACK"),
	[SCTP_DATA_U] = BIT("sctp.data_u_bit", "U-Bit", 1, 0x04, "Unordered delivery",
			    "Ordered delivery"),
	[SCTP_DATA_B] = BIT("sctp.data_b_bit", "B-Bit", 1, 0x02, "First segment",
			    "Subsequent segment"),
	[SCTP_DATA_E] = BIT("sctp.data_e_bit", "E-Bit", 1, 0x01, "Last segment",
			    "Not the last segment"),
	[SCTP_SACK_NONCE] = {"sctp.sack_nounce_sum", "Nounce sum", FIELD_UINT, BASE_DEC, 1, 0x01},
	[SCTP_SACK_TSN_RAW] = NUMBER("sctp.sack_cumulative_tsn_ack_raw",
				     "Cumulative TSN ACK (absolute)", BASE_DEC, 4),
	[SCTP_SACK_RWND] = NUMBER("sctp.sack_a_rwnd",
				  "Advertised receiver window credit (a_rwnd)", BASE_DEC, 4),
	[SCTP_SACK_GAPS] = NUMBER("sctp.sack_number_of_gap_blocks",
				  "Number of gap acknowledgement blocks", BASE_DEC, 2),
	[SCTP_SACK_DUPS] = NUMBER("sctp.sack_number_of_duplicated_tsns",
				  "Number of duplicated TSNs", BASE_DEC, 2),
	[SCTP_SACK_GAP_START] = NUMBER("sctp.sack_gap_block_start", "Start", BASE_DEC, 2),
	[SCTP_SACK_GAP_END] = NUMBER("sctp.sack_gap_block_end", "End", BASE_DEC, 2),
	[SCTP_SACK_DUP_TSN] = NUMBER("sctp.sack_duplicate_tsn", "Duplicate TSN", BASE_DEC, 4),
	[SCTP_SHUTDOWN_TSN] = NUMBER("sctp.shutdown_cumulative_tsn_ack", "Cumulative TSN Ack",
				     BASE_DEC, 4),
	[SCTP_ECNE_TSN] = NUMBER("sctp.ecne_lowest_tsn", "Lowest TSN", BASE_DEC, 4),
	[SCTP_CWR_TSN] = NUMBER("sctp.cwr_lowest_tsn", "Lowest TSN", BASE_DEC, 4),
	[SCTP_COMPLETE_T] = BIT("sctp.shutdown_complete_t_bit", "T-Bit", 1, 0x01,
				"Tag reflected", "Tag not reflected"),
	[SCTP_ABORT_T] = BIT("sctp.abort_t_bit", "T-Bit", 1, 0x01, "Tag reflected",
			     "Tag not reflected"),
	[SCTP_FORWARD_TSN] = NUMBER("sctp.forward_tsn_tsn", "New cumulative TSN", BASE_DEC, 4),
	[SCTP_FORWARD_SID] = NUMBER("sctp.forward_tsn_sid", "Stream identifier", BASE_DEC, 2),
	[SCTP_FORWARD_SSN] = NUMBER("sctp.forward_tsn_ssn", "Stream sequence number", BASE_DEC, 2),
	[SCTP_I_FORWARD_TSN] = NUMBER("sctp.i_forward_tsn_tsn", "New cumulative TSN", BASE_DEC, 4),
	[SCTP_KEY_ID] = NUMBER("sctp.shared_key_id", "Shared key identifier", BASE_DEC, 2),
	[SCTP_HMAC_ID] = {"sctp.hmac_id", "HMAC identifier", FIELD_UINT, BASE_DEC, 2,
			  .names = hmac_names},
	[SCTP_HMAC] = {"sctp.hmac", "HMAC", FIELD_BYTES},
	[SCTP_ASCONF_SEQ] = NUMBER("sctp.asconf_seq_nr_number", "Sequence number", BASE_HEX, 4),
	[SCTP_ASCONF_ACK_SEQ] = NUMBER("sctp.asconf_ack_seq_nr_number", "Sequence number",
				       BASE_HEX, 4),
	[SCTP_PARAMETER_TYPE] = {"sctp.parameter_type", "Parameter type", FIELD_UINT, BASE_HEX, 2,
				 .names = parameter_names},
	[SCTP_PARAMETER_BIT_1] = BIT("sctp.parameter_bit_1", "Bit", 2, 0x8000,
				     "Skip parameter and continue processing of the chunk",
				     "Stop processing of chunk"),
	[SCTP_PARAMETER_BIT_2] = BIT("sctp.parameter_bit_2", "Bit", 2, 0x4000, "Do report",
				     "Do not report"),
	[SCTP_PARAMETER_LENGTH] = NUMBER("sctp.parameter_length", "Parameter length", BASE_DEC, 2),
	[SCTP_PARAMETER_VALUE] = {"sctp.parameter_value", "Parameter value", FIELD_BYTES},
	[SCTP_PARAMETER_PADDING] = {"sctp.parameter_padding", "Parameter padding", FIELD_BYTES},
	[SCTP_PARAMETER_IPV4] = {"sctp.parameter_ipv4_address", "IP Version 4 address", FIELD_IPV4},
	[SCTP_PARAMETER_IPV6] = {"sctp.parameter_ipv6_address", "IP Version 6 address", FIELD_IPV6},
	[SCTP_PARAMETER_HEARTBEAT] = {"sctp.parameter_heartbeat_information",
				      "Heartbeat information", FIELD_BYTES},
	[SCTP_PARAMETER_COOKIE] = {"sctp.parameter_state_cookie", "State cookie", FIELD_BYTES},
	[SCTP_PARAMETER_LIFE] = NUMBER("sctp.parameter_cookie_preservative_incr",
				       "Suggested Cookie life-span increment (msec)", BASE_DEC, 4),
	[SCTP_PARAMETER_HOST] = {"sctp.parameter_hostname", "Hostname", FIELD_STRING},
	[SCTP_PARAMETER_ADDRESS_TYPE] = {"sctp.parameter_supported_address_type",
					 "Supported address type", FIELD_UINT, BASE_DEC, 2,
					 .names = address_type_names},
	[SCTP_PARAMETER_ADAPTATION] = NUMBER("sctp.adaptation_layer_indication", "Indication",
					     BASE_HEX, 4),
	[SCTP_PARAMETER_RANDOM] = {"sctp.random_number", "Random number", FIELD_BYTES},
	[SCTP_PARAMETER_AUTH_CHUNK] = {"sctp.chunk_type_to_auth", "Chunk type", FIELD_UINT,
				       BASE_DEC, 1, .names = chunk_names},
	[SCTP_PARAMETER_SUPPORTED] = {"sctp.supported_chunk_type", "Supported chunk type",
				      FIELD_UINT, BASE_DEC, 1, .names = chunk_names},
	[SCTP_CAUSE_CODE] = {"sctp.cause_code", "Cause code", FIELD_UINT, BASE_HEX, 2,
			     .names = cause_names},
	[SCTP_CAUSE_LENGTH] = NUMBER("sctp.cause_length", "Cause length", BASE_DEC, 2),
	[SCTP_CAUSE_INFORMATION] = {"sctp.cause_information", "Cause information", FIELD_BYTES},
	[SCTP_CAUSE_PADDING] = {"sctp.cause_padding", "Cause padding", FIELD_BYTES},
	[SCTP_PAD_DATA] = {"sctp.padding_data", "Padding data", FIELD_BYTES},
};
/* clang-format on */

static_assert(sizeof(fields) / sizeof(fields[0]) == SCTP_FIELDS, "every sctp_field has a row");

#define F(name) FIELD_ID(PROTOCOL_SCTP, SCTP_##name)

static uint32_t padding_of(uint32_t len)
{
	return -len & 3; /* RFC 9260 s. 3.2 */
}

static void say_rest(struct dissect *d, struct cursor *c, uint16_t id)
{
	if (cursor_left(c))
		say_bytes(d, c, id, cursor_left(c));
}

static void read_parameter_value(struct dissect *d, struct cursor *v, unsigned type)
{
	switch (type) {
	case PARAMETER_HEARTBEAT:
		say_rest(d, v, F(PARAMETER_HEARTBEAT));
		break;
	case PARAMETER_IPV4:
		say_ipv4(d, v, F(PARAMETER_IPV4));
		break;
	case PARAMETER_IPV6:
		say_ipv6(d, v, F(PARAMETER_IPV6));
		break;
	case PARAMETER_COOKIE:
		say_rest(d, v, F(PARAMETER_COOKIE));
		break;
	case PARAMETER_LIFE:
		say_uint(d, v, F(PARAMETER_LIFE), 4);
		break;
	case PARAMETER_HOST:
		say_string(d, v, F(PARAMETER_HOST), cursor_left(v));
		break;
	case PARAMETER_ADDRESS_TYPES:
		while (cursor_left(v) >= 2 && cursor_ok(v) && dissect_step(d))
			say_uint(d, v, F(PARAMETER_ADDRESS_TYPE), 2);
		break;
	case PARAMETER_RANDOM:
		say_rest(d, v, F(PARAMETER_RANDOM));
		break;
	case PARAMETER_AUTH_CHUNKS:
		while (cursor_left(v) && cursor_ok(v) && dissect_step(d))
			say_uint(d, v, F(PARAMETER_AUTH_CHUNK), 1);
		break;
	case PARAMETER_HMACS:
		while (cursor_left(v) >= 2 && cursor_ok(v) && dissect_step(d))
			say_uint(d, v, F(HMAC_ID), 2);
		break;
	case PARAMETER_SUPPORTED:
		while (cursor_left(v) && cursor_ok(v) && dissect_step(d))
			say_uint(d, v, F(PARAMETER_SUPPORTED), 1);
		break;
	case PARAMETER_ADAPTATION:
		say_uint(d, v, F(PARAMETER_ADAPTATION), 4);
		break;
	default:
		say_rest(d, v, F(PARAMETER_VALUE));
		break;
	}
}

/* RFC 9260 s. 3.2.1 */
static void read_parameters(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) >= SCTP_PARAMETER_HEADER && cursor_ok(c) && dissect_step(d)) {
		uint32_t at = c->at;
		struct cursor ahead = *c;
		unsigned type = cursor_be16(&ahead);
		unsigned len = cursor_be16(&ahead);
		const char *name = value_name(parameter_names, type);
		struct cursor value;
		uint32_t open, inner, padding;

		if (!cursor_ok(&ahead) || len < SCTP_PARAMETER_HEADER) {
			cursor_skip(c, cursor_left(c));
			return;
		}
		say_line(d, at, len, "%s parameter", name ? name : "Unknown");
		open = say_open(d);
		say_uint(d, c, F(PARAMETER_TYPE), 2);
		inner = say_open(d);
		say_bits(d, at, 2, type,
			 (const uint16_t[]) {F(PARAMETER_BIT_1), F(PARAMETER_BIT_2)}, 2);
		say_close(d, inner);
		say_uint(d, c, F(PARAMETER_LENGTH), 2);
		value = cursor_take(c, len - SCTP_PARAMETER_HEADER);
		read_parameter_value(d, &value, type);
		if (value.status == CURSOR_TRUNCATED && cursor_ok(c))
			c->status = CURSOR_TRUNCATED;
		padding = padding_of(len);
		if (padding > cursor_left(c))
			padding = cursor_left(c);
		if (padding)
			say_bytes(d, c, F(PARAMETER_PADDING), padding);
		say_close(d, open);
	}
}

/* RFC 9260 s. 3.3.10 */
static void read_causes(struct dissect *d, struct cursor *c)
{
	while (cursor_left(c) >= 4 && cursor_ok(c) && dissect_step(d)) {
		uint32_t at = c->at;
		struct cursor ahead = *c;
		unsigned code = cursor_be16(&ahead);
		unsigned len = cursor_be16(&ahead);
		const char *name = value_name(cause_names, code);
		uint32_t open, padding;

		if (!cursor_ok(&ahead) || len < 4) {
			cursor_skip(c, cursor_left(c));
			return;
		}
		say_line(d, at, len, "%s cause", name ? name : "Unknown");
		open = say_open(d);
		say_uint(d, c, F(CAUSE_CODE), 2);
		say_uint(d, c, F(CAUSE_LENGTH), 2);
		if (len > 4)
			say_bytes(d, c, F(CAUSE_INFORMATION), len - 4);
		padding = padding_of(len);
		if (padding > cursor_left(c))
			padding = cursor_left(c);
		if (padding)
			say_bytes(d, c, F(CAUSE_PADDING), padding);
		say_close(d, open);
	}
}

/* INIT and INIT ACK differ in name only: five fields in a row. */
static void read_init(struct dissect *d, struct cursor *c, uint16_t first)
{
	uint32_t at = c->at;
	uint32_t tag = (uint32_t)say_uint(d, c, first, 4);

	if (cursor_ok(c))
		say_hidden(d, F(INITIATE_TAG), at, 4, tag);
	say_uint(d, c, (uint16_t)(first + 1), 4);
	say_uint(d, c, (uint16_t)(first + 2), 2);
	say_uint(d, c, (uint16_t)(first + 3), 2);
	say_uint(d, c, (uint16_t)(first + 4), 4);
	read_parameters(d, c);
}

static_assert(SCTP_INIT_TSN == SCTP_INIT_TAG + 4, "read_init() counts on the order");
static_assert(SCTP_INITACK_TSN == SCTP_INITACK_TAG + 4, "read_init() counts on the order");

static void read_sack(struct dissect *d, struct cursor *c, uint32_t item)
{
	uint32_t tsn = (uint32_t)say_uint(d, c, F(SACK_TSN_RAW), 4);
	uint32_t rwnd = (uint32_t)say_uint(d, c, F(SACK_RWND), 4);
	unsigned gaps = (unsigned)say_uint(d, c, F(SACK_GAPS), 2);
	unsigned dups = (unsigned)say_uint(d, c, F(SACK_DUPS), 2);

	if (!cursor_ok(c))
		return;
	info_add(d, "(Ack=%u, Arwnd=%u) ", tsn, rwnd);
	if (item != TREE_NO_PARENT)
		item_append(d->tree, &d->tree->items[item],
			    " (Cumulative TSN: %u, a_rwnd: %u, gaps: %u, duplicate TSNs: %u)", tsn,
			    rwnd, gaps, dups);
	for (unsigned i = 0; i < gaps && cursor_ok(c) && dissect_step(d); i++) {
		say_uint(d, c, F(SACK_GAP_START), 2);
		say_uint(d, c, F(SACK_GAP_END), 2);
	}
	for (unsigned i = 0; i < dups && cursor_ok(c) && dissect_step(d); i++)
		say_uint(d, c, F(SACK_DUP_TSN), 4);
}

static void say_data_line(struct dissect *d, uint32_t item, unsigned flags, const char *what)
{
	static const char *const parts[] = {"middle segment", "last segment", "first segment",
					    "complete segment"};

	if (item != TREE_NO_PARENT)
		item_append(d->tree, &d->tree->items[item], " (%sordered, %s, %s)",
			    flags & 4 ? "un" : "", parts[flags & 3], what);
}

static void read_data(struct dissect *d, struct cursor *c, unsigned flags, uint32_t item,
		      bool interleaved)
{
	uint32_t tsn = (uint32_t)say_uint(d, c, F(DATA_TSN_RAW), 4);
	unsigned sid = (unsigned)say_uint(d, c, F(DATA_SID), 2);
	unsigned order, ppid;
	char what[128];

	if (interleaved) {
		say_uint(d, c, F(DATA_RESERVED), 2);
		order = (unsigned)say_uint(d, c, F(DATA_MID), 4);
	} else {
		order = (unsigned)say_uint(d, c, F(DATA_SSN), 2);
	}
	if (interleaved && !(flags & 2))
		ppid = (unsigned)say_uint(d, c, F(DATA_FSN), 4);
	else
		ppid = (unsigned)say_uint(d, c, F(DATA_PPID), 4);
	if (!cursor_ok(c))
		return;
	info_add(d, "(TSN=%u) ", tsn);
	snprintf(what, sizeof(what),
		 "TSN: %u, SID: %u, %s: %u, PPID: %u, payload length: %u byte%s", tsn, sid,
		 interleaved ? "MID" : "SSN", order, ppid, cursor_left(c),
		 cursor_left(c) == 1 ? "" : "s");
	say_data_line(d, item, flags, what);
	if (cursor_left(c))
		dissect_data(d, c);
}

static void read_forward(struct dissect *d, struct cursor *c)
{
	say_uint(d, c, F(FORWARD_TSN), 4);
	while (cursor_left(c) >= 4 && cursor_ok(c) && dissect_step(d)) {
		say_uint(d, c, F(FORWARD_SID), 2);
		say_uint(d, c, F(FORWARD_SSN), 2);
	}
}

static void read_value(struct dissect *d, struct cursor *c, unsigned type, unsigned flags,
		       uint32_t item)
{
	switch (type) {
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		read_data(d, c, flags, item, type == CHUNK_I_DATA);
		break;
	case CHUNK_INIT:
		read_init(d, c, F(INIT_TAG));
		break;
	case CHUNK_INIT_ACK:
		read_init(d, c, F(INITACK_TAG));
		break;
	case CHUNK_SACK:
		read_sack(d, c, item);
		break;
	case CHUNK_HEARTBEAT:
	case CHUNK_HEARTBEAT_ACK:
	case CHUNK_RE_CONFIG:
		read_parameters(d, c);
		break;
	case CHUNK_ABORT:
	case CHUNK_ERROR:
		read_causes(d, c);
		break;
	case CHUNK_SHUTDOWN:
		say_uint(d, c, F(SHUTDOWN_TSN), 4);
		break;
	case CHUNK_COOKIE_ECHO:
		say_rest(d, c, F(COOKIE));
		break;
	case CHUNK_ECNE:
		say_uint(d, c, F(ECNE_TSN), 4);
		break;
	case CHUNK_CWR:
		say_uint(d, c, F(CWR_TSN), 4);
		break;
	case CHUNK_AUTH:
		say_uint(d, c, F(KEY_ID), 2);
		say_uint(d, c, F(HMAC_ID), 2);
		say_rest(d, c, F(HMAC));
		break;
	case CHUNK_FORWARD_TSN:
		read_forward(d, c);
		break;
	case CHUNK_ASCONF:
	case CHUNK_ASCONF_ACK:
		say_uint(d, c, type == CHUNK_ASCONF ? F(ASCONF_SEQ) : F(ASCONF_ACK_SEQ), 4);
		read_parameters(d, c);
		break;
	case CHUNK_I_FORWARD_TSN:
		say_uint(d, c, F(I_FORWARD_TSN), 4);
		say_rest(d, c, F(CHUNK_VALUE));
		break;
	case CHUNK_PAD:
		say_rest(d, c, F(PAD_DATA));
		break;
	default:
		say_rest(d, c, F(CHUNK_VALUE));
		break;
	}
}

static void say_flags(struct dissect *d, struct cursor *c, unsigned type)
{
	static const uint16_t data_bits[] = {F(DATA_I), F(DATA_U), F(DATA_B), F(DATA_E)};
	static const uint16_t sack_bits[] = {F(SACK_NONCE)};
	static const uint16_t abort_bits[] = {F(ABORT_T)};
	static const uint16_t complete_bits[] = {F(COMPLETE_T)};
	uint32_t at = c->at;
	unsigned flags = (unsigned)say_uint(d, c, F(CHUNK_FLAGS), 1);
	uint32_t open = say_open(d);

	if (!cursor_ok(c)) {
		say_close(d, open);
		return;
	}
	if (type == CHUNK_DATA || type == CHUNK_I_DATA)
		say_bits(d, at, 1, flags, data_bits, 4);
	else if (type == CHUNK_SACK)
		say_bits(d, at, 1, flags, sack_bits, 1);
	else if (type == CHUNK_ABORT)
		say_bits(d, at, 1, flags, abort_bits, 1);
	else if (type == CHUNK_SHUTDOWN_COMPLETE)
		say_bits(d, at, 1, flags, complete_bits, 1);
	say_close(d, open);
}

/* RFC 9260 s. 3.2. False when no further chunk can be found. */
static bool read_chunk(struct dissect *d, struct cursor *c)
{
	struct cursor ahead = *c;
	unsigned type = cursor_u8(&ahead);
	unsigned flags = cursor_u8(&ahead);
	unsigned len = cursor_be16(&ahead);
	const char *name = value_name(chunk_names, type);
	uint32_t at = c->at, item, open, inner, padding;
	struct cursor value;

	if (!cursor_ok(&ahead)) {
		*c = ahead;
		return false;
	}
	info_add(d, "%s ", name ? name : "RESERVED");
	d->item = say_line(d, at, len < SCTP_CHUNK_HEADER ? SCTP_CHUNK_HEADER : len, "%s chunk",
			   name ? name : "Unknown");
	item = tree_index(d->tree, d->item);
	open = say_open(d);
	say_uint(d, c, F(CHUNK_TYPE), 1);
	inner = say_open(d);
	say_bits(d, at, 1, type, (const uint16_t[]) {F(CHUNK_BIT_1), F(CHUNK_BIT_2)}, 2);
	say_close(d, inner);
	say_flags(d, c, type);
	say_uint(d, c, F(CHUNK_LENGTH), 2);
	if (len < SCTP_CHUNK_HEADER) {
		say_close(d, open);
		return false;
	}
	value = cursor_take(c, len - SCTP_CHUNK_HEADER);
	read_value(d, &value, type, flags, item);
	if (!cursor_ok(&value) && cursor_ok(c))
		c->status = value.status;
	padding = padding_of(len);
	if (padding > cursor_left(c))
		padding = cursor_left(c);
	if (padding)
		say_bytes(d, c, F(CHUNK_PADDING), padding);
	say_close(d, open);
	return cursor_ok(c);
}

/* What tshark says as long as nobody asks it to tell associations apart. */
static void say_association(struct dissect *d)
{
	d->item = tree_uint(d->tree, F(ASSOC_INDEX), 0, 0, UINT16_MAX);
	item_text(d->tree, d->item, "Association index: disabled (enable in preferences)");
	item_flag(d->item, ITEM_GENERATED);
}

static void dissect_sctp(struct dissect *d, struct cursor *c)
{
	uint32_t at = c->at;
	unsigned source = (unsigned)say_uint(d, c, F(SRCPORT), 2);
	unsigned destination = (unsigned)say_uint(d, c, F(DSTPORT), 2);

	if (!cursor_ok(c))
		return;
	d->kept.source_port = (uint16_t)source;
	d->kept.destination_port = (uint16_t)destination;
	say_title(d, ", Src Port: %u (%u), Dst Port: %u (%u)", source, source, destination,
		  destination);
	say_hidden(d, F(PORT), at, 2, source);
	say_hidden(d, F(PORT), at + 2, 2, destination);
	info_clear(d);
	say_uint(d, c, F(TAG), 4);
	if (cursor_ok(c))
		say_association(d);
	say_uint(d, c, F(CHECKSUM), 4);
	item_append(d->tree, d->item, " [unverified]");
	if (cursor_ok(c))
		item_flag(tree_uint(d->tree, F(CHECKSUM_STATUS), 0, 0, CHECKSUM_STATUS_UNVERIFIED),
			  ITEM_GENERATED);
	while (cursor_left(c) && cursor_ok(c) && dissect_step(d))
		if (!read_chunk(d, c))
			break;
}

bool sctp_read(struct cursor *c, struct sctp_hdr *ret_header)
{
	*ret_header = (struct sctp_hdr) {0};
	ret_header->source_port = cursor_be16(c);
	ret_header->destination_port = cursor_be16(c);
	if (!cursor_ok(c))
		return false;
	ret_header->tag = cursor_be32(c);
	cursor_skip(c, 4); /* checksum */
	ret_header->chunk = cursor_u8(c);
	if (ret_header->chunk == SCTP_INIT || ret_header->chunk == SCTP_INIT_ACK) {
		cursor_skip(c, SCTP_CHUNK_HEADER - 1);
		ret_header->initiate_tag = cursor_be32(c);
	}
	return true;
}

const struct dissector sctp_dissector = {fields, SCTP_FIELDS, dissect_sctp};
