/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One frame being taken apart for people: its fields into a tree, its columns into text.
 *
 * Theory of operation. A dissector reads one header through the cursor, says its fields, and
 * names who reads on (dissect_next() and kin); it never calls another dissector. The driver
 * (dissect_run()) takes the next layer from a short list of what is pending, so headers that nest
 * for ever cost layers, not stack. Only a packet quoted in a packet (ICMP errors) is run from
 * within, DISSECT_DEPTH_MAX deep.
 *
 * For each layer the driver adds the protocol's own item (field 0 of its table), makes it the
 * parent, calls the dissector, and then sets its length to what the cursor moved. When the cursor
 * comes back with an error, the driver says so as Wireshark does: "[Malformed Packet: TCP]" or
 * "[Packet size limited during capture: TCP truncated]", and nothing that was pending from that
 * layer is read.
 *
 * Nobody has to listen: without tree and info a dissector only reads and passes on.
 */
#ifndef SONDE_PROTO_DISSECT_H
#define SONDE_PROTO_DISSECT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/nsec.h"
#include "proto/registry.h"
#include "proto/tcp_view.h"
#include "wire/addr.h"
#include "wire/cursor.h"
#include "wire/tree.h"

#define DISSECT_LAYERS_MAX        64   /* headers of one frame, quoted ones included */
#define DISSECT_DEPTH_MAX         8    /* packets quoted in packets */
#define DISSECT_PENDING_MAX       128  /* payloads waiting to be read */
#define DISSECT_STEPS_MAX         8192 /* turns of all loops over one frame */
#define DISSECT_SOURCES_MAX       8
#define DISSECT_PROTOCOL_TEXT_MAX 16
#define DISSECT_NO_LAYER          UINT8_MAX

struct announced;
struct announcement;
struct flows;
struct fragment;
struct reassembly;
struct segment;
struct segment_more;
struct segment_view;
struct streams;
struct tcp_hdr;
struct whole;

/* An address for the columns; the innermost one that was set counts. */
enum endpoint_kind {
	ENDPOINT_NONE,
	ENDPOINT_ETHER,
	ENDPOINT_IP,
	ENDPOINT_TEXT, /* anything else, as its dissector writes it */
};

#define ENDPOINT_TEXT_MAX 64

struct endpoint {
	uint8_t kind; /* enum endpoint_kind */
	union {
		uint8_t mac[MAC_LEN];
		struct addr ip;
		char text[ENDPOINT_TEXT_MAX];
	};
};

/* What is known of a frame besides its bytes. Texts may be NULL: not known. */
struct frame_facts {
	uint64_t number;
	nsec_t time;     /* ns since 1970 */
	nsec_t first;    /* time of the first frame */
	nsec_t previous; /* of the frame captured before; of the first frame: its own time */
	nsec_t shown;    /* of the frame displayed before */
	bool has_time;
	uint32_t captured_len;
	uint32_t wire_len;
	uint32_t link;      /* LINKTYPE_... */
	bool has_interface; /* pcapng: what follows is known */
	uint32_t section;   /* from 1 */
	uint32_t interface;
	const char *interface_name;
	const char *interface_description;
	bool has_flags;
	uint32_t flags; /* epb_flags */
	bool has_packet_id;
	uint64_t packet_id;
	bool has_drop_count;
	uint64_t drop_count;
	const char *const *comments;
	uint32_t comment_count;
};

/* Protocols whose requests and replies are put together. */
enum pair_kind {
	PAIR_ICMP,
	PAIR_ICMPV6,
	PAIR_DNS,
	PAIR_LLMNR,
	PAIR_RADIUS,
	PAIR_NTP,
	PAIR_SNMP,
	PAIR_HTTP,
	PAIR_SIP,
};

/* A request or a reply; addresses are the frame's. */
struct pair_query {
	uint8_t kind; /* enum pair_kind */
	bool reply;
	bool ports;      /* the ports belong to it too */
	bool many;       /* several replies answer one request, none is a repetition */
	uint64_t number; /* what both carry */
	nsec_t patience; /* the same request within this time is a repetition; 0: it is a new one */
	uint32_t mark;   /* not 0: instead, the same request with the same mark is a repetition */
};

struct pair_view {
	bool known;     /* false: no table was asked */
	bool settled;   /* second pass: a reply that is not here never came */
	uint32_t frame; /* of the other one; 0: none, or not yet, or a repetition without a mark */
	uint32_t repeats; /* the frame that said the same before; 0: none */
	nsec_t time;      /* of a reply: since its request */
};

/* What a dissector remembers of its connection: see packet/memo.h. */
#define MEMO_LEN 256

struct memo_view {
	void *now; /* MEMO_LEN bytes, zeros at the start of each pass; NULL: nothing can be kept */
	uint64_t *kept; /* zero at first; the second pass finds what the first one left */
	bool second;    /* this is the second pass */
};

/* "This IPv4 address is at that hardware address", said by an ARP packet. */
struct arp_claim {
	uint32_t ip; /* host order */
	uint8_t mac[MAC_LEN];
	uint32_t frame;
	nsec_t time; /* since 1970 */
};

struct dissect;

/*
 * What only the whole capture can tell is asked through these, so that proto/ needs to know no
 * tables: packet/ fills them in. Any may be NULL. They see each segment once a pass.
 */
struct dissect_hooks {
	void (*tcp)(struct flows *flows, const struct dissect *d, const struct tcp_hdr *header,
		    uint32_t data_len, struct tcp_view *ret_view);
	void (*udp)(struct flows *flows, const struct dissect *d, struct udp_view *ret_view);
	void (*pair)(struct flows *flows, const struct dissect *d, const struct pair_query *query,
		     struct pair_view *ret_view);
	/* Of the stream d->kept.stream, for the protocol of the layer being read. */
	void (*memo)(struct flows *flows, const struct dissect *d, struct memo_view *ret_view);
	/* Only what a zero *ret_whole lacks is set. */
	void (*fragment)(struct reassembly *reassembly, const struct dissect *d,
			 const struct fragment *fragment, struct whole *ret_whole);
	/* True when another hardware address had it before: *ret_earlier. */
	bool (*arp)(struct flows *flows, const struct arp_claim *claim,
		    struct arp_claim *ret_earlier);
	/* See proto/announce.h. Who announced the packet that d has come to, or NULL. */
	void (*announce)(struct flows *flows, const struct announcement *announcement);
	struct announced *(*announced)(struct flows *flows, const struct dissect *d,
				       uint8_t transport);
	/* For proto/tcp_payload.c; more: false when the message cannot be kept. */
	void (*segment)(struct streams *streams, const struct dissect *d,
			const struct segment *segment, struct segment_view *ret_view);
	bool (*more)(struct streams *streams, const struct dissect *d,
		     const struct segment_more *message);
};

#define DISPATCH_GUESS_MAX 16

/* Which protocol a number leads to; 0 (PROTOCOL_FRAME): none. Made once by dispatch_init(). */
struct dispatch {
	uint8_t ether[65536];
	uint8_t ip[256];
	uint8_t tcp[65536];
	uint8_t udp[65536];
	uint8_t llc[256];
	uint8_t tcp_guess[DISPATCH_GUESS_MAX]; /* those who guess, up to the first 0 */
	uint8_t udp_guess[DISPATCH_GUESS_MAX];
};

/* Fills every table from the registry; the caller may then change entries (decode as). */
void dispatch_init(struct dispatch *ret_dispatch);

struct dissect_layer {
	uint8_t protocol; /* enum protocol_id */
	uint8_t above;    /* the layer that named it, or DISSECT_NO_LAYER */
	uint8_t source;   /* of its bytes */
	uint8_t depth;    /* 0, or how many quotes it lies in */
	uint32_t item;    /* in the tree, or TREE_NO_PARENT */
	uint32_t at;      /* first byte */
	uint32_t end;     /* first byte behind it and its payload, by its own length field */
};

struct dissect_pending {
	dissect_fn *after; /* dissect_after(); else NULL */
	uint8_t protocol;
	uint8_t above;
	uint8_t source;
	uint32_t parent; /* of its item */
	struct cursor cursor;
};

/* Bytes items may refer to: the frame, then what was put together from several frames. */
struct dissect_source {
	const char *title; /* "Frame", "Reassembled IPv4" */
	const uint8_t *bytes;
	uint32_t len;
};

/* The call whose message is being read, for what it announces; the id lies in the frame. */
struct announced_call {
	const uint8_t *id;
	uint32_t id_len;
	uint32_t frame; /* that began it, as far as known */
};

/* What a quoted packet must not change for the packet that quotes it. */
struct dissect_kept {
	struct endpoint source; /* columns */
	struct endpoint destination;

	/* The innermost header of each kind so far, for the layers above it. */
	struct addr ip_source;
	struct addr ip_destination;
	uint8_t ip_protocol;
	uint8_t hops;  /* TTL or hop limit */
	uint16_t vlan; /* id of the innermost tag; 0: none */
	uint16_t ether_type;
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t stream; /* the number of the innermost TCP or UDP stream, once followed */
	bool followed;
	bool datagram; /* it is UDP's */
	bool empty;    /* a datagram without payload, which nothing is timed from */
	struct announced_call call;
	bool fragment;               /* these bytes are the first part of more that is not here */
	struct announced *announced; /* what announced the payload of the last ports; or NULL */
};

/* The TCP segment whose payload is being read: for dissect_want_more(). */
struct dissect_segment {
	bool open;     /* messages of it may be kept */
	bool last;     /* the stream ends with it */
	bool wanted;   /* one is: */
	bool at_start; /* from where the dissector began to read */
	bool follows;  /* what is read now stands behind a message that ended in it */
	uint8_t layer; /* TCP's */
	uint32_t from; /* to the end of the segment; in the segment's source */
	uint32_t seq;  /* number of the payload's first byte; where that is, and its end */
	uint32_t at;
	uint32_t end;
	uint8_t source;
	uint8_t whole; /* source of the message that it completes; 0: none */
	uint32_t whole_seq;
	uint32_t read_from; /* where the dissector begins to read */
};

/* How far a dissection has come: see dissect_back(). */
struct dissect_mark {
	uint32_t items;
	uint32_t sources;
	const char *protocol;
	bool failed;
	uint8_t layer_count;
	uint8_t trail_count;
	uint8_t met[PROTOCOL_COUNT];
};

struct dissect {
	/* Given by whoever asks; the rest is the dissection's. */
	const struct frame_facts *frame;
	const struct dispatch *dispatch;
	struct tree *tree;                 /* NULL: nobody wants fields */
	struct buf *info;                  /* NULL: nobody wants the Info column */
	size_t info_fence;                 /* what stays of it when it is emptied */
	const struct dissect_hooks *hooks; /* NULL: none */
	struct flows *flows;
	struct reassembly *reassembly; /* for hooks->fragment */
	struct streams *streams;       /* for hooks->segment and more */
	struct buf *joined;            /* room for bytes made of this frame's; NULL: none */
	bool checksum_not_ready;       /* the kernel left transport checksums to the device */

	const char *protocol;                          /* of the Protocol column */
	const char *protocol_below;                    /* the same before this layer began */
	char protocol_text[DISSECT_PROTOCOL_TEXT_MAX]; /* where it is not one of ours: "0x9000" */
	struct dissect_kept kept;

	/* Where we are. */
	struct item *item; /* the one last said; NULL when it was not taken */
	uint8_t depth;     /* 0; within a quoted packet how many levels */
	uint8_t first;     /* protocol of the link type */
	uint32_t top;      /* parent of layers: none, or the item a quote stands under */
	uint8_t layer;     /* index of the layer being read */
	uint8_t source;    /* of the bytes that are said and named */
	uint8_t layer_count;
	struct dissect_layer layers[DISSECT_LAYERS_MAX];
	uint8_t met[PROTOCOL_COUNT]; /* how often each protocol came */
	uint32_t pending_count;
	struct dissect_pending pending[DISSECT_PENDING_MAX];
	uint32_t source_count;
	struct dissect_source sources[DISSECT_SOURCES_MAX];
	uint32_t steps; /* left */
	bool exhausted; /* a budget ran out: said at the end of the tree */
	bool quote_cut; /* the capture cut a quoted packet: its packet's line says so too */
	bool failed;    /* a layer was cut or malformed */
	struct dissect_segment segment;
	uint8_t trail_count;
	uint8_t trail[2 * DISSECT_LAYERS_MAX]; /* protocols in the order met: frame.protocols */
};

/*
 * Takes one frame apart. Set the first group of *d (all else is set here), first is the protocol
 * of its link type. d->tree is emptied before, d->info is not.
 */
void dissect_run(struct dissect *d, enum protocol_id first, const uint8_t *bytes);

/* Adds a word to frame.protocols that is no layer of its own. */
void dissect_trail_add(struct dissect *d, enum protocol_id protocol);

/* "eth:ethertype:ip:tcp"; returns out. */
#define DISSECT_TRAIL_TEXT_MAX 1024
const char *dissect_trail(const struct dissect *d, char out[static DISSECT_TRAIL_TEXT_MAX]);

/* ---- For dissectors: who reads on ------------------------------------------------------- */

/* Payload c is read as protocol, after this dissector returned; several in the order named. */
void dissect_next(struct dissect *d, enum protocol_id protocol, const struct cursor *c);

/* The same, but its item stands under the present parent (IPv6's extension headers). */
void dissect_next_below(struct dissect *d, enum protocol_id protocol, const struct cursor *c);

/* The same by number; what no number leads to becomes Data. Empty payload is left alone. */
void dissect_ether_type(struct dissect *d, uint16_t type, const struct cursor *c);
void dissect_snap(struct dissect *d, uint32_t oui, uint16_t pid, const struct cursor *c);
void dissect_ip_protocol(struct dissect *d, uint8_t number, const struct cursor *c);
void dissect_tcp_port(struct dissect *d, const struct cursor *c); /* by d->..._port, lower first */
void dissect_udp_port(struct dissect *d, const struct cursor *c);
void dissect_data(struct dissect *d, const struct cursor *c);

/*
 * What leads here by its number is not what this layer reads: its bytes c are Data, and the columns
 * say what they would if nobody read that number.
 */
void dissect_reject(struct dissect *d, const struct cursor *c);

/* Takes this layer's item back, with all that was said under it. */
void dissect_unsay(struct dissect *d);

/*
 * Not even what names this header is there: the line and the columns stay those of the one below.
 */
void dissect_nameless(struct dissect *d);

/* The protocol of the header below the layer being read; PROTOCOL_FRAME: there is none. */
enum protocol_id dissect_below(const struct dissect *d);

/* Data as a child of the present parent. */
void dissect_data_below(struct dissect *d, const struct cursor *c);

/*
 * Runs a packet that this one quotes, now, under the present parent: columns, addresses and ports
 * of this packet stay as they are. True when the quote could be read whole.
 */
bool dissect_inside(struct dissect *d, enum protocol_id protocol, const struct cursor *c);

/*
 * fn is called with c once everything this layer named before was read, with this layer's item as
 * the parent: padding and trailers. dissect_payload_end() then tells where the payload ended by
 * its own account (the end of c when it gave none).
 */
void dissect_after(struct dissect *d, dissect_fn *fn, const struct cursor *c);
uint32_t dissect_payload_end(const struct dissect *d, const struct cursor *c);

/*
 * Says that what `name` reads was cut by the capture or is malformed. For whoever reads under
 * another name than its layer's; an error that the cursor brings back says itself.
 */
void dissect_say_error(struct dissect *d, enum cursor_status status, uint8_t protocol,
		       const char *name);

/* This layer's own length field says that it and its payload end at this offset. */
void dissect_ends(struct dissect *d, uint32_t at);

/*
 * Adds bytes that are in no frame as they are (reassembled); they must live as long as the
 * dissection. Returns a cursor over them for dissect_next_source(), which is dissect_next() for
 * such a cursor. NULL title, or too many: an empty cursor.
 */
struct cursor dissect_add_source(struct dissect *d, const char *title, const uint8_t *bytes,
				 uint32_t len, uint8_t *ret_source);
void dissect_next_source(struct dissect *d, enum protocol_id protocol, const struct cursor *c,
			 uint8_t source);

/* What this layer says and names from now on lies in this source. Returns the one before. */
uint8_t dissect_use_source(struct dissect *d, uint8_t source);

/* Reads all that was named since pending_count was this, now; goes on with this layer. */
void dissect_pending_now(struct dissect *d, uint32_t pending_count);

/* Takes back what was said and met since the mark; the Info column stays. */
void dissect_mark(const struct dissect *d, struct dissect_mark *ret_mark);
void dissect_back(struct dissect *d, const struct dissect_mark *mark);

#define DISSECT_AT_LEAST    0x80000000u /* added to a number: with what else its segment has */
#define DISSECT_ONE_SEGMENT (DISSECT_AT_LEAST + 1) /* nobody can tell */
#define DISSECT_TO_THE_END  UINT32_MAX             /* until the sender ends the stream */

/*
 * For protocols over TCP: a message begins at c and goes on behind the segment. When `more` further
 * bytes are there the dissector is called again, with the message from its first byte on. Say
 * nothing of it when this returns true: it is kept. False: it cannot be; read what there is. c must
 * end where the payload ends.
 */
bool dissect_want_more(struct dissect *d, const struct cursor *c, uint32_t more);

/* A cursor over all bytes of a source. */
static inline struct cursor dissect_source_cursor(const struct dissect *d, uint8_t source)
{
	return cursor_init(d->sources[source].bytes, d->sources[source].len,
			   d->sources[source].len);
}

/* False when the frame has used up its turns: every loop over wire data asks once a turn. */
static inline bool dissect_step(struct dissect *d)
{
	if (d->steps == 0) {
		d->exhausted = true;
		return false;
	}
	d->steps--;
	return true;
}

/* Asks for the other side of a message; nothing is known within a quoted packet. */
static inline struct pair_view dissect_pair(const struct dissect *d, const struct pair_query *query)
{
	struct pair_view view = {0};

	if (d->hooks && d->hooks->pair && !d->depth)
		d->hooks->pair(d->flows, d, query, &view);
	return view;
}

/* A bit of an echo's number: in a tunnel over UDP it is another one than outside, with both captured. */
static inline uint64_t dissect_in_udp(const struct dissect *d)
{
	return (uint64_t)(d->met[PROTOCOL_UDP] > 0) << 48;
}

/*
 * What this layer's protocol remembers of the TCP connection or UDP stream, for both directions.
 * Nothing within a quoted packet, nor where streams are not followed. Change it only once a message
 * is not given to dissect_want_more(): it will come again.
 */
static inline struct memo_view dissect_memo(const struct dissect *d)
{
	struct memo_view view = {0};

	if (d->hooks && d->hooks->memo && !d->depth && d->kept.followed)
		d->hooks->memo(d->flows, d, &view);
	return view;
}

/* 0 or 1, always the same one for the same sender of a connection. */
static inline unsigned dissect_side(const struct dissect *d)
{
	int order = memcmp(d->kept.ip_source.bytes, d->kept.ip_destination.bytes,
			   sizeof(d->kept.ip_source.bytes));

	return order > 0 || (order == 0 && d->kept.source_port > d->kept.destination_port);
}

/* True when lines of text are wanted (-V): what only serves item_text() may be left out else. */
static inline bool dissect_wants_text(const struct dissect *d)
{
	return d->tree && d->tree->want_text;
}

/* ---- For dissectors: columns -------------------------------------------------------------- */

/*
 * Empty the Info column (down to d->info_fence), set it, add to it. Within a quoted packet nobody
 * listens.
 */
void info_clear(struct dissect *d);

/* What it has stays from now on: another message of the same frame comes behind. */
static inline void info_keep(struct dissect *d)
{
	if (d->info)
		d->info_fence = d->info->len;
}

void info_set(struct dissect *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void info_add(struct dissect *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Text from the network, escaped for a terminal. */
void info_add_escaped(struct dissect *d, const char *text);

/* The same for the bytes left in v, at most 255 and up to the first zero; v stays as it is. */
void info_add_bytes(struct dissect *d, const struct cursor *v);

/* Sets the addresses of columns and upper layers. */
void dissect_set_ip(struct dissect *d, const struct addr *source, const struct addr *destination);

/* ---- For dissectors: fields --------------------------------------------------------------- */

/*
 * Each reads from the cursor, says what it read as field id under the present parent, and returns
 * it; d->item is then the item. When the bytes are not there the cursor keeps the error, nothing
 * is said and zero returned. A field with a mask gets its bits; the whole number is returned.
 */
uint64_t say_uint(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len);
int64_t say_int(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len);
struct addr say_ipv4(struct dissect *d, struct cursor *c, uint16_t id);
struct addr say_ipv6(struct dissect *d, struct cursor *c, uint16_t id);
void say_mac(struct dissect *d, struct cursor *c, uint16_t id, uint8_t ret_mac[static MAC_LEN]);
void say_bytes(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len);

/* Text of len bytes; one that ends at a NUL is shown up to it. */
void say_string(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len);

/* A number already read: its bits under each of these fields' masks, as items. */
void say_bits(struct dissect *d, uint32_t at, uint32_t len, uint64_t number, const uint16_t *ids,
	      uint32_t count);

/* A number of len bytes and, below it, its bits: say_uint() and say_bits() in one. */
uint64_t say_bitfield(struct dissect *d, struct cursor *c, uint16_t id, uint32_t len,
		      const uint16_t *ids, uint32_t count);

/* The same value once more for filters only ("tcp.port"). */
void say_hidden(struct dissect *d, uint16_t id, uint32_t at, uint32_t len, uint64_t number);

/* A line that is no field. */
struct item *say_line(struct dissect *d, uint32_t at, uint32_t len, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * Opens the item last said; tree_close(d->tree, before) closes it again. Where it was not taken
 * its children stand one level higher.
 */
static inline uint32_t say_open(struct dissect *d)
{
	return tree_open(d->tree, d->item);
}

static inline void say_close(struct dissect *d, uint32_t before)
{
	tree_close(d->tree, before);
}

/* Sets the line of this layer's item; adds to it: ", Src Port: 36050, Dst Port: 443". */
void say_heading(struct dissect *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_title(struct dissect *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

enum expert_severity {
	EXPERT_COMMENT = 0x100000,
	EXPERT_CHAT = 0x200000,
	EXPERT_NOTE = 0x400000,
	EXPERT_WARN = 0x600000,
	EXPERT_ERROR = 0x800000,
};

enum expert_group {
	EXPERT_CHECKSUM = 0x1000000,
	EXPERT_SEQUENCE = 0x2000000,
	EXPERT_RESPONSE = 0x3000000,
	EXPERT_REQUEST = 0x4000000,
	EXPERT_UNDECODED = 0x5000000,
	EXPERT_REASSEMBLE = 0x6000000,
	EXPERT_MALFORMED = 0x7000000,
	EXPERT_DEBUG = 0x8000000,
	EXPERT_PROTOCOL = 0x9000000,
	EXPERT_SECURITY = 0xa000000,
	EXPERT_COMMENTS = 0xb000000,
	EXPERT_DECRYPTION = 0xc000000,
	EXPERT_ASSUMPTION = 0xd000000,
	EXPERT_DEPRECATED = 0xe000000,
};

/*
 * Says what is remarkable about the item `under` (by tree_index(), TREE_NO_PARENT: this layer).
 * id: a FIELD_NONE field of the protocol ("tcp.connection.syn"), or 0; its label is the message
 * unless a format says another.
 */
void say_expert(struct dissect *d, uint32_t under, uint16_t id, enum expert_severity severity,
		enum expert_group group, const char *format, ...)
	__attribute__((format(printf, 6, 7)));

/* What the checksum.status fields hold. */
enum checksum_status {
	CHECKSUM_STATUS_BAD = 0,
	CHECKSUM_STATUS_GOOD = 1,
	CHECKSUM_STATUS_UNVERIFIED = 2,
	CHECKSUM_STATUS_NOT_PRESENT = 3,
	CHECKSUM_STATUS_ILLEGAL = 4,
};

extern const struct value_name checksum_status_names[];

#endif
