/* SPDX-License-Identifier: Apache-2.0 */
/* The fields of TCP, and the parts that dissect it; only proto/tcp_*.c includes this. */
#ifndef SONDE_PROTO_TCP_FIELDS_H
#define SONDE_PROTO_TCP_FIELDS_H

#include "proto/dissect.h"
#include "proto/tcp.h"

enum tcp_field {
	TCP_F_PROTOCOL,
	TCP_F_SRCPORT,
	TCP_F_DSTPORT,
	TCP_F_PORT,
	TCP_F_STREAM,
	TCP_F_COMPLETENESS,
	TCP_F_LEN,
	TCP_F_SEQ,
	TCP_F_SEQ_RAW,
	TCP_F_NXTSEQ,
	TCP_F_ACK,
	TCP_F_ACK_RAW,
	TCP_F_HDR_LEN,
	TCP_F_FLAGS,
	TCP_F_RES,
	TCP_F_AE,
	TCP_F_CWR,
	TCP_F_ECE,
	TCP_F_URG,
	TCP_F_ACKF,
	TCP_F_PUSH,
	TCP_F_RESET,
	TCP_F_SYN,
	TCP_F_FIN,
	TCP_F_STR,
	TCP_F_WINDOW_VALUE,
	TCP_F_WINDOW,
	TCP_F_WINDOW_FACTOR,
	TCP_F_CHECKSUM,
	TCP_F_CHECKSUM_STATUS,
	TCP_F_URGENT,
	TCP_F_OPTIONS,
	TCP_F_OPTION_KIND,
	TCP_F_OPTION_LEN,
	TCP_F_MSS_VAL,
	TCP_F_WSCALE_SHIFT,
	TCP_F_WSCALE_MULTIPLIER,
	TCP_F_TSVAL,
	TCP_F_TSECR,
	TCP_F_SACK_LE,
	TCP_F_SACK_RE,
	TCP_F_SACK_COUNT,
	TCP_F_DSACK_LE,
	TCP_F_DSACK_RE,
	TCP_F_ECHO,
	TCP_F_CC,
	TCP_F_MD5,
	TCP_F_QS_RATE,
	TCP_F_QS_TTL,
	TCP_F_UTO_GRANULARITY,
	TCP_F_UTO_VAL,
	TCP_F_AO_KEY,
	TCP_F_AO_NEXT_KEY,
	TCP_F_AO_MAC,
	TCP_F_MPTCP_SUBTYPE,
	TCP_F_TFO_REQUEST,
	TCP_F_TFO_COOKIE,
	TCP_F_ECN_EE0B,
	TCP_F_ECN_ECEB,
	TCP_F_ECN_EE1B,
	TCP_F_EXP_ID,
	TCP_F_EXP_DATA,
	TCP_F_UNKNOWN_PAYLOAD,
	TCP_F_TIME_RELATIVE,
	TCP_F_TIME_DELTA,
	TCP_F_ANALYSIS,
	TCP_F_ACKS_FRAME,
	TCP_F_ACK_RTT,
	TCP_F_INITIAL_RTT,
	TCP_F_BYTES_IN_FLIGHT,
	TCP_F_PUSH_BYTES,
	TCP_F_ANALYSIS_FLAGS,
	TCP_F_RTO,
	TCP_F_RTO_FRAME,
	TCP_F_DUPLICATE_ACK,
	TCP_F_DUPLICATE_NUM,
	TCP_F_DUPLICATE_FRAME,
	TCP_F_FIN_RETRANSMISSION,
	TCP_F_RESET_CAUSE,
	TCP_F_PAYLOAD,
	/* Remarks. */
	TCP_F_RETRANSMISSION,
	TCP_F_FAST_RETRANSMISSION,
	TCP_F_SPURIOUS_RETRANSMISSION,
	TCP_F_OUT_OF_ORDER,
	TCP_F_REUSED_PORTS,
	TCP_F_LOST_SEGMENT,
	TCP_F_ACK_LOST_SEGMENT,
	TCP_F_WINDOW_UPDATE,
	TCP_F_WINDOW_FULL,
	TCP_F_KEEP_ALIVE,
	TCP_F_KEEP_ALIVE_ACK,
	TCP_F_ZERO_WINDOW,
	TCP_F_ZERO_WINDOW_PROBE,
	TCP_F_ZERO_WINDOW_PROBE_ACK,
	TCP_F_TFO_SYN,
	TCP_F_TFO_ACK,
	TCP_F_TFO_IGNORED,
	TCP_F_FIN_ACTIVE,
	TCP_F_FIN_PASSIVE,
	TCP_F_CONNECTION_SYN,
	TCP_F_CONNECTION_SYNACK,
	TCP_F_CONNECTION_FIN,
	TCP_F_CONNECTION_RST,
	TCP_F_ACK_NONZERO,
	TCP_F_URGENT_NONZERO,
	TCP_F_SHORT_SEGMENT,
	TCP_F_BOGUS_HEADER,
	TCP_F_OPTION_INVALID,
	TCP_F_SUBOPTION_MALFORMED,
	TCP_F_MSS_ABSENT,
	TCP_F_MSS_PRESENT,
	TCP_F_WSCALE_INVALID,
	TCP_F_DSACK,
	TCP_F_NOPS,
	TCP_F_AFTER_EOL,
	TCP_FIELDS
};

#define F(name) FIELD_ID(PROTOCOL_TCP, TCP_F_##name)

extern const struct field tcp_fields[];

/* Of tcp.option_kind. */
extern const struct value_name tcp_option_kinds[];

/* The options as a tree; frame: a cursor over the bytes that the header was read from. */
void tcp_say_options(struct dissect *d, const struct tcp_hdr *h, const struct tcp_view *view,
		     const struct cursor *frame);

/* What the stream tells of this segment: times, acknowledgement, marks. */
void tcp_say_analysis(struct dissect *d, const struct tcp_view *view);

/* The same remark as so many others have: id's label is the message. */
void tcp_remark(struct dissect *d, uint32_t under, uint16_t id, enum expert_severity severity,
		enum expert_group group);

#endif
