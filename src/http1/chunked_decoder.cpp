#include "http1/chunked_decoder.hpp"

#include "http/characters.hpp"
#include "http/headers.hpp"

namespace coachwhip::http1 {
namespace {

constexpr std::uint8_t size_digits_max = 16;
constexpr std::uint64_t size_max = std::uint64_t{1} << 62;
constexpr std::size_t extended_chunks_max = 64;  // with the longest extensions that one may have

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_token_character(char c) { return http::token_characters.has(c); }

bool is_text(char c) { return http::field_value_characters.has(c); }

}  // namespace

Result<ChunkedDecoder::Step> ChunkedDecoder::decode(Bytes input) {
  Step step;
  while (step.consumed < input.size() && progress_.state != State::finished) {
    if (progress_.state == State::data) {
      step.data = input.substr(step.consumed, progress_.remaining);
      step.consumed += step.data.size();
      progress_.remaining -= step.data.size();
      if (progress_.remaining == 0) progress_.state = State::data_end;
      return step;
    }
    const Refusal refusal = take(input[step.consumed]);
    if (refusal != Refusal::none) return refuse(refusal);
    ++step.consumed;
  }
  step.finished = progress_.state == State::finished;
  return step;
}

Refusal ChunkedDecoder::take(char c) {
  switch (progress_.state) {
    case State::size:
      return take_size(c);
    case State::size_line_feed:
      if (c != '\n') return Refusal::bare_carriage_return;
      progress_.state = progress_.remaining == 0 ? State::trailer_start : State::data;
      return Refusal::none;
    case State::data_end:
      if (c != '\r') return Refusal::bad_chunk_end;
      progress_.state = State::data_line_feed;
      return Refusal::none;
    case State::data_line_feed:
      if (c != '\n') return Refusal::bad_chunk_end;
      begin_chunk();
      return Refusal::none;
    case State::trailer_start:
    case State::trailer_name:
    case State::trailer_value:
    case State::trailer_line_feed:
    case State::last_line_feed:
      return take_trailer(c);
    default:
      return take_extension(c);
  }
}

void ChunkedDecoder::begin_chunk() {
  progress_.state = State::size;
  progress_.digits = 0;
  progress_.remaining = 0;
  progress_.extension_bytes = 0;
}

Refusal ChunkedDecoder::take_size(char c) {
  if (const int digit = http::hex_value(c); digit >= 0) {
    if (++progress_.digits > size_digits_max) return Refusal::chunk_size_too_large;
    progress_.remaining = progress_.remaining << 4 | static_cast<unsigned>(digit);
    return Refusal::none;
  }
  if (progress_.digits == 0) return Refusal::bad_chunk_size;
  if (progress_.remaining >= size_max) return Refusal::chunk_size_too_large;
  if (!is_blank(c)) return end_item(c, Refusal::bad_chunk_size);
  progress_.state = State::size_gap;
  return Refusal::none;
}

// What may follow the size and every extension: a further extension or the end of the line.
Refusal ChunkedDecoder::end_item(char c, Refusal otherwise) {
  if (c != ';' && c != '\r') return otherwise;
  progress_.state = c == ';' ? State::extension_start : State::size_line_feed;
  return Refusal::none;
}

// *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )
Refusal ChunkedDecoder::take_extension(char c) {
  const std::size_t bytes_max = limits_.chunk_extension_bytes_max;
  if (++progress_.extension_bytes > bytes_max ||
      ++progress_.extension_bytes_total > extended_chunks_max * bytes_max) {
    return Refusal::chunk_extensions_too_large;
  }
  const auto go = [this](State next) {
    progress_.state = next;
    return Refusal::none;
  };
  const Refusal bad = Refusal::bad_chunk_extension;
  switch (progress_.state) {
    case State::size_gap:
      if (is_blank(c)) return Refusal::none;
      return c == ';' ? go(State::extension_start) : bad;
    case State::extension_start:
      if (is_blank(c)) return Refusal::none;
      return is_token_character(c) ? go(State::extension_name) : bad;
    case State::extension_name:
      if (is_token_character(c)) return Refusal::none;
      if (is_blank(c)) return go(State::extension_name_gap);
      return c == '=' ? go(State::extension_value_start) : end_item(c, bad);
    case State::extension_name_gap:
      if (is_blank(c)) return Refusal::none;
      if (c == '=') return go(State::extension_value_start);
      return c == ';' ? go(State::extension_start) : bad;
    case State::extension_value_start:
      if (is_blank(c)) return Refusal::none;
      if (c == '"') return go(State::extension_quoted);
      return is_token_character(c) ? go(State::extension_value) : bad;
    case State::extension_value:
      if (is_token_character(c)) return Refusal::none;
      return is_blank(c) ? go(State::size_gap) : end_item(c, bad);
    case State::extension_quoted:
      if (c == '"') return go(State::extension_unquoted);
      if (c == '\\') return go(State::extension_escaped);
      return is_text(c) ? Refusal::none : bad;
    case State::extension_escaped:
      return is_text(c) ? go(State::extension_quoted) : bad;
    default:  // extension_unquoted
      return is_blank(c) ? go(State::size_gap) : end_item(c, bad);
  }
}

Refusal ChunkedDecoder::take_trailer(char c) {
  if (++progress_.trailer_bytes > limits_.header_bytes_max) return Refusal::fields_too_large;
  const auto go = [this](State next) {
    progress_.state = next;
    return Refusal::none;
  };
  const Refusal bad = Refusal::bad_trailer;
  switch (progress_.state) {
    case State::trailer_start:
      if (c == '\r') return go(State::last_line_feed);
      if (!is_token_character(c)) return bad;
      if (++progress_.trailer_fields > limits_.header_fields_max) return Refusal::too_many_fields;
      progress_.state = State::trailer_name;
      progress_.trailer_name_size = 0;
      return take_trailer_name(c);
    case State::trailer_name:
      return take_trailer_name(c);
    case State::trailer_value:
      if (is_text(c)) return Refusal::none;
      return c == '\r' ? go(State::trailer_line_feed) : bad;
    case State::trailer_line_feed:
      return c == '\n' ? go(State::trailer_start) : Refusal::bare_carriage_return;
    default:  // last_line_feed
      return c == '\n' ? go(State::finished) : Refusal::bare_carriage_return;
  }
}

// Framing and routing were settled by the head (RFC 9110 section 6.5.1).
Refusal ChunkedDecoder::take_trailer_name(char c) {
  std::array<char, 32>& name = progress_.trailer_name;
  if (is_token_character(c)) {
    if (progress_.trailer_name_size < name.size()) name[progress_.trailer_name_size++] = c;
    return Refusal::none;
  }
  if (c != ':') return Refusal::bad_trailer;
  const http::HeaderId id = http::find_header_id({name.data(), progress_.trailer_name_size});
  if (id == http::HeaderId::content_length || id == http::HeaderId::transfer_encoding ||
      id == http::HeaderId::host) {
    return Refusal::forbidden_trailer;
  }
  progress_.state = State::trailer_value;
  return Refusal::none;
}

}  // namespace coachwhip::http1
