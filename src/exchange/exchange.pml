/* The exchange as a model for spin: fronts (lanes) and workers that share memory, with a crash of a
 * worker at every step. What stands in one atomic or d_step is one access to shared memory, or
 * several of which all but one are to what nobody else touches then. layout.hpp tells the protocol.
 *
 * ./model.sh runs it for two lanes without a crash and for one lane with one; both lanes with a
 * crash have more states than a minute allows.
 *
 * What is checked, over all interleavings of the bounded run:
 *  - no request is lost and no wake-up: the model has no other end than the one where every client
 *    has got its answer, was told of the death of its worker, or has left (no invalid end state). A
 *    front that sleeps without limit has no other way out than being woken; only after a crash may
 *    it look by itself, as the real one does every millisecond while requests wait;
 *  - no two workers have the same request, no slot is freed while a live worker has it (holder);
 *  - no client gets the answer or the file of another's request (reply_for, files);
 *  - a slot is freed once (make_free).
 *
 * Left out: the bytes in the rings (their counters have one writer each), the threads of one
 * worker, weak memory order (the stress tests run under TSan instead).
 *
 * That the model can fail was tried by -DBREAK=n; each of these is found:
 *  1  the worker sleeps without its second look     2  the front sleeps without its second look
 *  3  files are matched without the generation      4  the head is moved before the slot is claimed
 *  5  attention is set before the slot is let go    6  nobody reclaims what a dead worker had
 *  7  a late attention bit frees a leased slot      8  withdrawn entries overwrite live ones
 */
#ifndef BREAK
#define BREAK 0
#endif
#ifndef IMPATIENT
#define IMPATIENT 1 /* clients may leave before their answer */
#endif
#ifndef LANES
#define LANES 2
#define SLOTS 1    /* per lane */
#define REQUESTS 2 /* per lane */
#define CRASHES 1
#endif
#define WORKERS 2
#define ALL_SLOTS (LANES * SLOTS)
#define PLACES SLOTS /* the least that is enough; twice as many only make renewals rare */

mtype:phase = { free, queued, claimed, replied };
mtype:sleep = { awake, bounded, unbounded };
/* What the front knows of a slot's client. */
#define nobody 0
#define waits 1
#define leased 2 /* its answer is being sent from the slot */

/* Shared memory. phase, generation and owner are one word: they only change together. */
mtype:phase phase[ALL_SLOTS] = free;
byte generation[ALL_SLOTS];
byte owner[ALL_SLOTS];
byte request[ALL_SLOTS];
byte reply_for[ALL_SLOTS]; /* the answer's head; 0: none yet */
bit ended[ALL_SLOTS];
bit attention[ALL_SLOTS];
byte queue_slot[LANES * PLACES];
byte queue_generation[LANES * PLACES];
byte head[LANES];
byte tail[LANES];
mtype:sleep sleeps[LANES] = awake;
byte cell[WORKERS]; /* the owner that has it */
bit asleep[WORKERS];

/* The kernel's. */
bit wake_fd[LANES];
bit rung[WORKERS];
chan files[LANES] = [4] of { byte, byte, byte }; /* slot, generation, request */
byte gone[LANES * WORKERS];      /* the announcement, until the front has read it */
byte crashes;

byte holder[ALL_SLOTS]; /* ghost: the worker that has the request */

#define worker_of(o) (((o) - 1) % WORKERS)

/* ---- front ---- */

#define L(s) ((s) % SLOTS) /* of the front's own arrays */
#define FIRST (l * SLOTS)
#define LAST (l * SLOTS + SLOTS - 1)

inline make_free(s) {
  assert(holder[s] == 0 && call[L(s)] == nobody && !is_free[L(s)]);
  flying[L(s)] = 0;
  impatient[L(s)] = 0;
  is_free[L(s)] = 1;
  life[L(s)]++;
  phase[s] = free;
  generation[s] = life[L(s)];
  owner[s] = 0;
  ended[s] = 0;
  reply_for[s] = 0;
  file[L(s)] = 0
}

/* A client leaves, or has got all of its answer. */
inline give_back(s) {
  call[L(s)] = nobody;
  if
  :: phase[s] == claimed -> flying[L(s)] = 1 /* its worker is told, and lets go of the slot */
  :: phase[s] != claimed -> make_free(s)
  fi
}

/* Of the files that have come, those of this generation are kept. */
inline receive_files() {
  do
  :: nempty(files[l]) ->
     files[l] ? f_slot, f_generation, f_request;
     if
     :: BREAK == 3 || f_generation == life[L(f_slot)] -> file[L(f_slot)] = f_request
     :: else
     fi
  :: empty(files[l]) -> break
  od;
  f_slot = 0;
  f_generation = 0;
  f_request = 0
}

/* The slot is replied: only this front touches it. */
inline take_answer(s) {
  assert(reply_for[s] == request[s]);
  receive_files();
  assert(file[L(s)] == request[s]);
  call[L(s)] = leased;
  if
  :: BREAK != 7 -> flying[L(s)] = 0
  :: BREAK == 7
  fi
}

inline attend(s) {
  if
  :: !flying[L(s)] || phase[s] != replied /* one look too many */
  :: flying[L(s)] && phase[s] == replied ->
     flying[L(s)] = 0;
     if
     :: call[L(s)] == waits -> take_answer(s)
     :: call[L(s)] == leased -> assert(false) /* it would be freed while it is sent from */
     :: call[L(s)] == nobody -> make_free(s)
     fi
  fi
}

#define is_full (BREAK != 8 && tail[l] - head[l] >= PLACES)
#define is_live(s) (!(appended & (1 << L(s))) && flying[L(s)] && phase[s] == queued)
#if SLOTS > 1
#define appended_count ((appended & 1) + (appended >> 1))
#else
#define appended_count appended
#endif

inline append(s) {
  queue_slot[l * PLACES + (tail[l] + appended_count) % PLACES] = s;
  queue_generation[l * PLACES + (tail[l] + appended_count) % PLACES] = life[L(s)];
  appended = appended | (1 << L(s))
}

inline append_if_room() {
  if
  :: !is_full -> append(again)
  :: is_full
  fi
}

/* `again` is a slot whose request is to be queued. If there was no room, the live entries are
 * appended anew and the head is moved on the first of them. */
inline enqueue() {
  do
  :: d_step { !appended && !is_full -> append(again) }
  :: atomic { appended -> break }
  :: !appended && is_full ->
     do
     :: d_step { is_live(FIRST) -> append(FIRST) }
#if SLOTS > 1
     :: d_step { is_live(LAST) -> append(LAST) }
#endif
     :: atomic { !is_live(FIRST) && !is_live(LAST) -> head[l] = tail[l]; append(again); break }
     od
  od;
  atomic { phase[again] = queued; flying[L(again)] = 1 }
  atomic { tail[l] = tail[l] + appended_count; appended = 0; again = 0 }
}

inline ask(s) {
  is_free[L(s)] = 0;
  call[L(s)] = waits;
  asked++;
  request[s] = 1 + l * REQUESTS + asked;
  again = s;
  if
  :: impatient[L(s)] = 0
  :: IMPATIENT -> impatient[L(s)] = 1
  fi
}

/* Its worker is gone: the answer is there, the client is told, or the request is queued again. */
inline orphan(s) {
  life[L(s)]++;
  file[L(s)] = 0;
  phase[s] = replied;
  generation[s] = life[L(s)];
  owner[s] = 0;
  holder[s] = 0;
  flying[L(s)] = 0;
  if
  :: call[L(s)] == nobody -> make_free(s)
  :: call[L(s)] == waits && ended[s] -> assert(reply_for[s] == request[s]); call[L(s)] = leased
  :: call[L(s)] == waits && !ended[s] -> call[L(s)] = nobody; make_free(s)
  :: call[L(s)] == waits && !ended[s] -> reply_for[s] = 0; again = s; resubmits = 1;
     append_if_room()
  fi
}

inline reclaim(s) {
  atomic {
    if
    :: BREAK != 6 && flying[L(s)] && phase[s] == claimed && cell[worker_of(owner[s])] != owner[s] ->
       orphan(s)
    :: BREAK != 6 && flying[L(s)] && phase[s] == replied -> attend(s)
    :: else
    fi
  }
  if
  :: resubmits -> resubmits = 0; enqueue()
  :: !resubmits
  fi
}

inline worker_gone(w) {
  d_step {
    if
    :: cell[w] == gone[l * WORKERS + w] -> cell[w] = 0
    :: else
    fi;
    gone[l * WORKERS + w] = 0
  }
  reclaim(FIRST);
#if SLOTS > 1
  reclaim(LAST)
#endif
}

#define can_ask(s) (is_free[L(s)] && asked < REQUESTS)
#define can_leave(s) (call[L(s)] == leased || (call[L(s)] == waits && impatient[L(s)]))
#define event(s) (can_ask(s) || can_leave(s))
#define any_event (event(FIRST) || event(LAST))
#define any_gone (gone[l * WORKERS] || gone[l * WORKERS + 1])
#define any_flying (flying[0] || flying[SLOTS - 1])
#define any_attention (attention[FIRST] || attention[LAST])

inline ring_for(w) {
  if
  :: cell[w] && asleep[w] && waiting -> asleep[w] = 0; rung[w] = 1; waiting--
  :: else
  fi
}

proctype Front(byte l) {
  byte again, appended, asked, waiting, f_slot, f_generation, f_request;
  bit resubmits;
  byte life[SLOTS];
  byte file[SLOTS];
  byte call[SLOTS] = nobody;
  bit flying[SLOTS];
  bit impatient[SLOTS];
  bit is_free[SLOTS] = 1;
  do
  :: gone[l * WORKERS] -> worker_gone(0)
  :: gone[l * WORKERS + 1] -> worker_gone(1)
  :: atomic { attention[FIRST] -> attention[FIRST] = 0; attend(FIRST) }
  :: atomic { can_ask(FIRST) -> ask(FIRST); append_if_room() }
     enqueue()
  :: atomic { can_leave(FIRST) -> give_back(FIRST) }
  /* It looks for another reason, before its attention bit is seen. */
  :: atomic { call[L(FIRST)] == waits && phase[FIRST] == replied -> take_answer(FIRST) }
#if SLOTS > 1
  :: atomic { attention[LAST] -> attention[LAST] = 0; attend(LAST) }
  :: atomic { can_ask(LAST) -> ask(LAST); append_if_room() }
     enqueue()
  :: atomic { can_leave(LAST) -> give_back(LAST) }
  :: atomic { call[L(LAST)] == waits && phase[LAST] == replied -> take_answer(LAST) }
#endif
  :: !any_flying && !any_event ->
end_idle:
     any_gone || any_attention
  :: d_step {
       any_flying ->
       waiting = tail[l] - head[l];
       ring_for(0);
       ring_for(1);
       waiting = 0
     }
     d_step {
       if
       :: SLOTS > 1 && flying[0] && flying[SLOTS - 1] -> sleeps[l] = bounded
       :: else -> sleeps[l] = unbounded
       fi
     }
     if
     :: atomic { BREAK != 2 && any_attention -> sleeps[l] = awake }
     :: BREAK == 2 || !any_attention ->
        if
        :: wake_fd[l]
        :: any_event || any_gone
        :: sleeps[l] == bounded
        :: crashes > 0 && head[l] != tail[l]
        fi;
        d_step { wake_fd[l] = 0; sleeps[l] = awake }
     fi
  od
}

/* ---- worker ---- */

inline let_go() {
  d_step {
    assert(phase[s] == claimed && owner[s] == me && generation[s] == g && holder[s] == me);
    phase[s] = replied;
    owner[s] = 0;
    holder[s] = 0
  }
}

inline move_head() {
  if
  :: head[l] == h -> head[l]++
  :: else
  fi
}

inline claim() {
  if
  :: phase[s] == queued && generation[s] == g ->
     assert(holder[s] == 0);
     phase[s] = claimed;
     owner[s] = me;
     holder[s] = me;
     has = 1
  :: else
  fi
}

/* Who sleeps? An exchange, so that one worker writes. */
inline look_who_sleeps() {
  if
  :: sleeps[l] == awake || (sleeps[l] == bounded && head[l] != tail[l]) -> has = 0
  :: else -> sleeps[l] = awake
  fi
}

inline wake_front() {
  if
  :: has -> wake_fd[l] = 1
  :: else
  fi
}

/* The workers are alike: it is enough that the one dies that is rung for first. */
#define may_die :: atomic { w == 0 && crashes < CRASHES -> crashes++; goto dies }
#define step(what) if :: d_step { what } may_die fi
#define read_entry                                  \
  h = head[l];                                      \
  s = queue_slot[l * PLACES + h % PLACES];          \
  g = queue_generation[l * PLACES + h % PLACES]
#define start_over l = 0; h = 0; s = 0; g = 0; has = 0

proctype Worker(byte w) {
  byte me = 1 + w, l, h, s, g, has;
starts:
  atomic { asleep[w] = 0; cell[w] = me }
  do
  may_die
  :: d_step { l < LANES && head[l] != tail[l] -> read_entry }
#if BREAK == 4
     step(move_head());
     step(claim());
#else
     step(claim());
     step(move_head());
#endif
     if
     :: has ->
        if
        :: atomic { files[l] ! s, g, request[s]; reply_for[s] = request[s] }
        may_die
        fi;
        step(ended[s] = 1);
#if BREAK == 5
        step(attention[s] = 1);
        step(let_go());
#else
        step(let_go());
        step(attention[s] = 1);
#endif
        step(look_who_sleeps());
        step(wake_front(); start_over)
     :: d_step { !has -> start_over }
     fi
  :: d_step { l < LANES && head[l] == tail[l] -> l++ }
  :: d_step { l == LANES -> l = 0; rung[w] = 0; asleep[w] = 1 }
#if BREAK != 1
     if
     :: head[0] == tail[0] ->
        if
        :: head[LANES - 1] == tail[LANES - 1] ->
end_asleep:
           if
           :: rung[w]
           may_die
           fi
        :: head[LANES - 1] != tail[LANES - 1]
        fi
     :: head[0] != tail[0]
     fi;
#else
end_asleep:
     rung[w];
#endif
     d_step { asleep[w] = 0; rung[w] = 0 }
  od;
dies:
  /* The lanes are told, but may hear of it only after the next process has the cell. */
  atomic {
    gone[w] = me;
#if LANES > 1
    gone[WORKERS + w] = me;
#endif
    me = me + WORKERS;
    start_over
  }
  goto starts
}

init {
  atomic {
    run Worker(0);
    run Worker(1);
    run Front(0);
#if LANES > 1
    run Front(1)
#endif
  }
}
