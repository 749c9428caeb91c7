// SPDX-License-Identifier: Apache-2.0
// Puts together the classic BPF program of a capture socket.
//
// Theory of operation. Jumps within a classic program are relative, so compiled filters can be put
// behind each other as they are. First come instructions about direction: loopback devices show
// each packet twice, of which the outgoing copy is dropped, and elsewhere the unwanted direction
// is. Then, where the two filters differ, the device's type chooses between them. What is dropped
// here takes no room in the buffer and does not count.
#include "net/tap_program.h"

#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <stdbool.h>
#include <string.h>

#define DIRECTION_LEN 7
#define CHOICE_LEN    4

#define DEVICE_TYPE ((uint32_t)(SKF_AD_OFF + SKF_AD_HATYPE))
#define PACKET_TYPE ((uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE))

static struct sock_filter load(uint32_t what)
{
	return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, what);
}

/* Skips `yes` instructions when the accumulator is value, else `no`. */
static struct sock_filter jump_if(uint32_t value, unsigned yes, unsigned no)
{
	return (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, (uint8_t)yes,
					    (uint8_t)no);
}

static struct sock_filter take(uint32_t bytes)
{
	return (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, bytes);
}

static void put_direction(struct sock_filter code[static DIRECTION_LEN],
			  enum tap_direction direction)
{
	code[0] = load(DEVICE_TYPE);
	code[1] = jump_if(ARPHRD_LOOPBACK, 0, 2);
	code[2] = load(PACKET_TYPE);
	code[3] = jump_if(PACKET_OUTGOING, 2, 3);
	code[4] = load(PACKET_TYPE);
	code[5] = jump_if(PACKET_OUTGOING, direction != TAP_IN, direction != TAP_OUT);
	code[6] = take(0);
}

static void put_choice(struct sock_filter code[static CHOICE_LEN], size_t raw_len)
{
	code[0] = load(DEVICE_TYPE);
	code[1] = jump_if(ARPHRD_ETHER, 1, 0);
	code[2] = jump_if(ARPHRD_LOOPBACK, 0, 1);
	code[3] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, (uint32_t)raw_len);
}

static size_t filter_len(const struct sock_fprog *filter)
{
	return filter ? filter->len : 1;
}

/* Copies a filter with its answers set to snap_len. */
static size_t put_filter(struct sock_filter *code, const struct sock_fprog *filter,
			 uint32_t snap_len)
{
	if (!filter) {
		code[0] = take(snap_len);
		return 1;
	}
	memcpy(code, filter->filter, filter->len * sizeof(*code));
	for (size_t i = 0; i < filter->len; i++)
		if (code[i].code == (BPF_RET | BPF_K) && code[i].k)
			code[i].k = snap_len;
	return filter->len;
}

size_t tap_program_make(enum tap_direction direction, uint32_t snap_len,
			const struct tap_filters *filters,
			struct sock_filter code[static TAP_PROGRAM_MAX])
{
	bool choice = filters->ethernet != filters->raw;
	size_t raw_len = filter_len(filters->raw), len = DIRECTION_LEN;

	if (DIRECTION_LEN + CHOICE_LEN + raw_len + filter_len(filters->ethernet) > TAP_PROGRAM_MAX)
		return 0;
	put_direction(code, direction);
	if (choice) {
		put_choice(code + len, raw_len);
		len += CHOICE_LEN;
		len += put_filter(code + len, filters->raw, snap_len);
	}
	return len + put_filter(code + len, filters->ethernet, snap_len);
}
