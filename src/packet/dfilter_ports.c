// SPDX-License-Identifier: Apache-2.0
// Which TCP streams a display filter can match at all, by their ports.
//
// Theory of operation. The filter is asked with everything unknown but the ports: a comparison of
// these is false or true, any other is open, and so are sums of open ones. Where the answer is
// false for both directions it is false for each segment of the stream, and for each ICMP error
// that quotes one, since the quoted header is the only one there with ports of TCP.
#include "packet/dfilter_node.h"
#include "packet/dfilter_slot.h"

#define PORTS       65536u
#define CLASSES_MAX 64u

struct filter_ports {
	bool may_match[CLASSES_MAX][CLASSES_MAX];
	uint8_t class_of[PORTS];
};

enum verdict {
	VERDICT_FALSE,
	VERDICT_OPEN,
	VERDICT_TRUE,
};

/* Of a segment. */
struct ports {
	uint16_t source;
	uint16_t destination;
};

static enum verdict certain(bool holds)
{
	return holds ? VERDICT_TRUE : VERDICT_FALSE;
}

static enum verdict ask_compare(const struct node *n, const struct ports *p)
{
	__int128 wanted = n->right->value.number;
	bool source = filter_direct_holds(n->op, p->source, wanted);
	bool destination = filter_direct_holds(n->op, p->destination, wanted);

	switch (n->left->core->slot) {
	case SLOT_TCP_SRCPORT:
		return certain(source);
	case SLOT_TCP_DSTPORT:
		return certain(destination);
	case SLOT_TCP_PORT:
		return certain(n->all ? source && destination : source || destination);
	default:
		return VERDICT_OPEN;
	}
}

static enum verdict ask_ports(const struct node *n, const struct ports *p)
{
	enum verdict verdict;

	switch (n->kind) {
	case NODE_AND:
		verdict = VERDICT_TRUE;
		for (n = n->left; n && verdict != VERDICT_FALSE; n = n->next) {
			enum verdict part = ask_ports(n, p);

			verdict = part < verdict ? part : verdict;
		}
		return verdict;
	case NODE_OR:
		verdict = VERDICT_FALSE;
		for (n = n->left; n && verdict != VERDICT_TRUE; n = n->next) {
			enum verdict part = ask_ports(n, p);

			verdict = part > verdict ? part : verdict;
		}
		return verdict;
	case NODE_NOT:
		verdict = ask_ports(n->left, p);
		return verdict == VERDICT_OPEN ? verdict : certain(verdict == VERDICT_FALSE);
	case NODE_PRESENT:
		return n->left->core->slot == SLOT_TCP ? VERDICT_TRUE : VERDICT_OPEN;
	default:
		return ask_compare(n, p);
	}
}

static bool may_match(const struct node *root, uint16_t one, uint16_t other)
{
	const struct ports there = {one, other}, back = {other, one};

	return ask_ports(root, &there) != VERDICT_FALSE || ask_ports(root, &back) != VERDICT_FALSE;
}

/* Marks the ports from which on a comparison with this number may come out differently. */
static void mark_cuts(struct filter_ports *p, __int128 number)
{
	if (number >= 0 && number < PORTS)
		p->class_of[number] = 1;
	if (number >= -1 && number + 1 < PORTS)
		p->class_of[number + 1] = 1;
}

static void find_cuts(struct filter_ports *p, const struct node *n)
{
	for (; n; n = n->next) {
		unsigned slot = n->kind == NODE_COMPARE ? n->left->core->slot : SLOT_FRAME;

		if (slot >= SLOT_TCP_SRCPORT && slot <= SLOT_TCP_PORT)
			mark_cuts(p, n->right->value.number);
		if (n->kind == NODE_AND || n->kind == NODE_OR || n->kind == NODE_NOT)
			find_cuts(p, n->left);
	}
}

/* Makes numbers of classes out of the marks; how many, and a port of each. */
static unsigned number_classes(struct filter_ports *p, uint16_t ret_ports[static CLASSES_MAX])
{
	unsigned count = 0;

	for (unsigned port = 0; port < PORTS; port++) {
		if (!port || p->class_of[port]) {
			if (count == CLASSES_MAX)
				return 0;
			ret_ports[count++] = (uint16_t)port;
		}
		p->class_of[port] = (uint8_t)(count - 1);
	}
	return count;
}

struct filter_ports *filter_ports_new(struct dfilter *f)
{
	struct filter_ports *p = filter_alloc(f, sizeof(*p));
	uint16_t ports[CLASSES_MAX];
	unsigned count;

	if (!p)
		return NULL;
	find_cuts(p, f->root);
	count = number_classes(p, ports);
	for (unsigned i = 0; i < count; i++)
		for (unsigned k = 0; k < count; k++)
			p->may_match[i][k] = may_match(f->root, ports[i], ports[k]);
	return count > 1 ? p : NULL;
}

bool filter_ports_may_match(const struct filter_ports *p, uint16_t one, uint16_t other)
{
	return p->may_match[p->class_of[one]][p->class_of[other]];
}
