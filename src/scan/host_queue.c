// SPDX-License-Identifier: Apache-2.0
// Queues of hosts: see the header.
#include "scan/host_queue.h"

#include <stddef.h>

/* Puts a link that is in no queue before another one; NULL: at the end. */
static void insert(struct host_queue *q, struct host_link *link, struct host_link *next)
{
	struct host_link *previous = next ? next->previous : q->last;

	*link = (struct host_link) {.queue = q, .next = next, .previous = previous};
	*(previous ? &previous->next : &q->first) = link;
	*(next ? &next->previous : &q->last) = link;
	q->count++;
}

void host_queue_push(struct host_queue *q, struct host_link *link)
{
	host_queue_leave(link);
	insert(q, link, NULL);
}

void host_queue_push_front(struct host_queue *q, struct host_link *link)
{
	host_queue_leave(link);
	insert(q, link, q->first);
}

void host_queue_leave(struct host_link *link)
{
	struct host_queue *q = link->queue;

	if (!q)
		return;
	*(link->previous ? &link->previous->next : &q->first) = link->next;
	*(link->next ? &link->next->previous : &q->last) = link->previous;
	q->count--;
	*link = (struct host_link) {0};
}

struct host_link *host_queue_pop(struct host_queue *q)
{
	struct host_link *first = q->first;

	if (first)
		host_queue_leave(first);
	return first;
}
