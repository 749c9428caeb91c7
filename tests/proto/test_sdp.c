// SPDX-License-Identifier: Apache-2.0
// SDP in a call: what it says, what it announces, and for whom; then cut and altered.
#include <stdio.h>

#include "alone.h"

#include "proto/announce.h"
#include "proto/ipv4.h"

#define SAID_MAX 128

static const char call[] = "INVITE sip:b@x.example SIP/2.0\r\n"
			   "Call-ID: 7@x\r\n"
			   "CSeq: 1 INVITE\r\n"
			   "Content-Type: Application/SDP; a=b\r\n"
			   "\r\n"
			   "v=0\r\n"
			   "c=IN IP4 192.0.2.10\r\n"
			   "m=audio 20000 RTP/AVP 0 97\r\n"
			   "a=rtpmap:97 iLBC/8000\r\n"
			   "m=video 20010/2 UDP/TLS/RTP/SAVPF 98\r\n"
			   "c=IN IP6 2001:db8::1\r\n"
			   "a=rtcp:20019 IN IP4 192.0.2.10\r\n"
			   "m=audio 20020 RTP/AVP 0\r\n"
			   "c=IN IP4 host.example\r\n"
			   "m=image 20030 udptl t38\r\n"
			   "m=audio 0 RTP/AVP 0\r\n"
			   "m=audio 70000 RTP/AVP 0\r\n";

#define LEN (sizeof(call) - 1)

struct flows {
	struct {
		struct announced what;
		struct addr address;
		uint16_t port;
		uint8_t transport;
	} said[SAID_MAX];
	unsigned count;
};

static void listen(struct flows *f, const struct announcement *a)
{
	assert_true(f->count < SAID_MAX);
	assert_null(a->other);
	assert_int_equal(a->other_port, 0);
	f->said[f->count].what = a->what;
	f->said[f->count].address = *a->address;
	f->said[f->count].transport = a->transport;
	f->said[f->count++].port = a->port;
}

static const struct dissect_hooks hooks = {.announce = listen};

static void run(struct alone *a, struct flows *f, const char *payload, uint32_t len)
{
	static uint8_t frame[ALONE_HEADERS + UINT16_MAX];

	f->count = 0;
	a->d.hooks = &hooks;
	a->d.flows = f;
	len = alone_frame(frame, 5060, 5060, (const uint8_t *)payload, len);
	alone_run(a, frame, len, len);
}

static void check(const struct flows *f, unsigned i, enum protocol_id protocol, const char *address,
		  uint16_t port)
{
	char text[ADDR_TEXT_MAX];

	assert_true(i < f->count);
	assert_int_equal(f->said[i].what.protocol, protocol);
	assert_string_equal(addr_text(&f->said[i].address, text), address);
	assert_int_equal(f->said[i].port, port);
	assert_int_equal(f->said[i].transport, IP_UDP);
	assert_int_equal(f->said[i].what.frame, 1);
	assert_string_equal(f->said[i].what.rtp.call_id, "7@x");
}

static void test_announces(void **state)
{
	struct flows *f = calloc(1, sizeof(*f));
	struct alone *a = alone_new();

	(void)state;
	assert_non_null(f);
	run(a, f, call, LEN);
	assert_string_equal(a->d.protocol, "SIP/SDP");
	assert_int_equal(alone_number(a, "sdp.media.port", 1), 20010);
	assert_false(alone_has(a, "_ws.malformed"));
	check(f, 0, PROTOCOL_RTP, "192.0.2.10", 20000);
	check(f, 1, PROTOCOL_RTCP, "192.0.2.10", 20001);
	check(f, 2, PROTOCOL_RTP, "2001:db8::1", 20010);
	check(f, 3, PROTOCOL_RTCP, "2001:db8::1", 20019);
	assert_int_equal(f->count, 4); /* a name is not looked up, a port of 0 is a refusal */
	assert_false(f->said[0].what.rtp.secure);
	assert_true(f->said[2].what.rtp.secure);
	assert_memory_equal(f->said[0].what.rtp.names, "\x61\4iLBC", 6);
	alone_free(a);
	free(f);
}

/* One message announces so many media and no more; each name for a type fits or is left out. */
static void test_floods(void **state)
{
	static char flood[60000];
	struct flows *f = calloc(1, sizeof(*f));
	struct alone *a = alone_new();
	size_t len = (size_t)snprintf(flood, sizeof(flood), "%s", call);

	(void)state;
	assert_non_null(f);
	while (len < sizeof(flood) - 200)
		len += (size_t)snprintf(flood + len, 200,
					"m=audio 9 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n"
					"a=rtpmap:96 %031d/1\r\na=rtpmap:96 b/1\r\n",
					0);
	run(a, f, flood, (uint32_t)len);
	assert_int_equal(f->count, 2 * 50);
	assert_int_equal(f->said[99].what.rtp.names_len, 2 + 31 + 2 + 1);
	alone_free(a);
	free(f);
}

static void test_torture(void **state)
{
	(void)state;
	alone_torture(5060, 5060, (const uint8_t *)call, LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_announces),
		cmocka_unit_test(test_floods),
		cmocka_unit_test(test_torture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
