"""Texts for the embedding fixture and the tokenizer comparison: hand-written ones and a generator. No copied prose."""

WRITTEN = [
    ("empty", ""),
    ("empty", " "),
    ("empty", "\n\t \r\n"),
    ("empty", "\u0000\u0001\u0007"),
    ("empty", "\u200b\ufeff"),
    ("short", "a"),
    ("short", "hello world"),
    ("short", "Where is graceful shutdown triggered?"),
    ("short", "open file descriptor leak"),
    ("short", "retry with exponential back-off and jitter"),
    ("short", "How do I cancel a running task?"),
    ("short", "HTTP 503 Service Unavailable"),
    ("short", "the quick check of a cache that expires after ten minutes"),
    ("short", "JSON"),
    ("short", "?"),
    ("short", "..."),
    ("short", "C++ vs. C# vs. F#"),
    ("short", "it's John's; don't re-use 'quotes' or \"double ones\""),
    ("short", "3.14159 + 2,718.28 = 5,859.42 (roughly)"),
    ("short", "2026-03-01T12:34:56.789Z"),
    ("short", "user@example.org visited https://example.org/path?q=1&r=%20#top"),
    ("short", "/usr/local/lib/libexample.so.1.2.3"),
    ("short", "192.168.0.1:8080 [::1]:443 fe80::1%eth0"),
    ("short", "deadbeef cafebabe 0xFFEE 0b1010 1e-9 1_000_000"),
    ("special", "[CLS] spelled out [SEP] in the text [MASK] [PAD] [UNK]"),
    ("special", "a[SEP]b [sep] [ SEP ] [[SEP]] [SEP"),
    ("special", "[unused0] [unused99] ##ing ## # [CLS][CLS]"),
    ("special", "<s> </s> <pad> <|endoftext|> {{template}} ${variable}"),
    ("unicode", "Café déjà vu, naïve façade, Ångström, coöperate, Zoë"),
    ("unicode", "Cafe\u0301 de\u0301ja\u0300 vu, A\u030angstro\u0308m"),
    ("unicode", "Größe, Straße, ÄÖÜ äöü ẞ, Fußgängerübergänge"),
    ("unicode", "İstanbul'da ıslak ılık IĞDIR şöför çağrı"),
    ("unicode", "Żółć, zażółć gęślą jaźń; příliš žluťoučký kůň"),
    ("unicode", "Đường phố Hà Nội và Thành phố Hồ Chí Minh"),
    ("unicode", "ΑΒΓ αβγ ὈΔΥΣΣΕΎΣ ὀδυσσεύς τέλος ΣΑΣ"),
    ("unicode", "Привет, мир! Ёжик в тумане, щёлочь, ЪЫЬ"),
    ("unicode", "שלום עולם, נִקּוּד וטעמים"),
    ("unicode", "مرحبا بالعالم، السَّلامُ عَلَيْكُم ١٢٣"),
    ("unicode", "नमस्ते दुनिया, हिन्दी में एक वाक्य है।"),
    ("unicode", "வணக்கம் உலகம் தமிழ்"),
    ("unicode", "สวัสดีชาวโลก ภาษาไทยไม่มีช่องว่าง"),
    ("unicode", "你好,世界。這是一個測試句子!"),
    ("unicode", "日本語のテスト:カタカナとひらがなと漢字、ガギグゲゴ パピプペポ"),
    ("unicode", "한국어 문장 테스트입니다. 값과 넓이를 계산하세요."),
    ("unicode", "\u1112\u1161\u11ab\u1100\u1173\u11af decomposed Hangul"),
    ("unicode", "ᄀᄁ ㄱㄴㄷ ㅏㅑ 가각갂"),
    ("unicode", "豈更車 \uf900\uf901 \U0002f800\U0002f801 compatibility ideographs"),
    ("unicode", "\U00020000\U0002a6d6 \U0002b740 \U0002b820 \U0002b920 \U0002ceb0 rare ideographs"),
    ("unicode", "ABC abc 123 full-width!?"),
    ("unicode", "fi fl ffi ligatures, Ⅷ roman, ① circled, ½ and ⅔, x² y₃"),
    ("unicode", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝒎𝒂𝒕𝒉 𝟙𝟚𝟛"),
    ("unicode", "non\u00a0breaking\u2003em\u3000ideographic\u2028line\u2029paragraph\u0085next"),
    ("unicode", "zero\u200bwidth\u200cjoin\u200ders soft\u00adhyphen \ufeffmark \u2060word"),
    ("unicode", "left \u202eright-to-left override\u202c back"),
    ("unicode", "replacement \ufffd and private \ue000\uf8ff \U000f0000 and unassigned \u0378 \U000e0fff"),
    ("unicode", "z\u0351\u0321\u0489a\u0336\u0334l\u0321\u0489g\u030f\u0325o\u0328\u034d stacked marks"),
    ("unicode", "“curly” ‘quotes’ «guillemets» „low“ — em – en … ellipsis • bullet § † ‡ ¶"),
    ("unicode", "¡Hola! ¿Qué tal? · middle ‚ ‹ › ‰ ′ ″ ※ ‽ ⁂"),
    ("unicode", "€100 £20 ¥3000 ₹45 ₿0.1 ¢5 ©®™ °C ±2 × ÷ ≈ ≠ ≤ ∞ ∑ √ ∂ ∫"),
    ("unicode", "→ ← ↑ ↓ ⇒ ⇔ ■ □ ● ○ ★ ☆ ✓ ✗ ♠ ♥ ♪"),
    ("emoji", "ship it 🚀🚀🚀 works on my machine 🙈"),
    ("emoji", "👩‍👩‍👧‍👦 family, 🏳️‍🌈 flag, 👍🏽 skin tone, 🇩🇪🇯🇵 regions, 1️⃣ keycap"),
    ("emoji", "😀😃😄😁"),
    ("emoji", "fix 🐛 in the parser; add tests ✅ and docs 📚"),
    ("long word", "x" * 99),
    ("long word", "x" * 100),
    ("long word", "x" * 101),
    ("long word", "é" * 100 + " " + "é" * 101),
    ("long word", "Donaudampfschifffahrtsgesellschaftskapitän pneumonoultramicroscopicsilicovolcanoconiosis"),
    ("long word", "a" * 5000),
    ("long word", "한" * 33 + " " + "각" * 34 + " " + "각" * 33),
    ("long word", "aGVsbG8gd29ybGQgdGhpcyBpcyBiYXNlNjQ" * 40),
    ("code", "let x = 1"),
    ("code", "func shutdown() async throws { for service in services.reversed() { try await service.stop() } }"),
    ("code", "if (ptr == NULL || *ptr != '\\0') { return -EINVAL; } /* caller frees */"),
    ("code", "SELECT c.id, COUNT(*) AS n FROM chunks c LEFT JOIN files f ON f.id = c.file_id GROUP BY 1 HAVING n > 3;"),
    ("code", "def fib(n: int) -> int:\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n"),
    ("code", "impl<T: Send + 'static> Drop for Guard<'_, T> { fn drop(&mut self) { self.lock.unlock(); } }"),
    ("code", "#include <stdio.h>\n#define MAX(a, b) ((a) > (b) ? (a) : (b))\nint main(void) { return 0; }\n"),
    ("code", "<div class=\"row\" data-id='7'>&nbsp;<br/></div><!-- note -->"),
    ("code", "^(?:[a-z0-9!#$%&'*+/=?^_`{|}~-]+)@(?:[\\w-]+\\.)+[a-z]{2,}$"),
    ("code", "snake_case_name camelCaseName PascalCaseName SCREAMING_SNAKE kebab-case-name getHTTPResponseCode2"),
    ("code", "\tfor (;;)\t{\n\t\tbreak;\n\t}\r\n"),
    ("code", "{\"key\": [1, 2.5e-3, null, true, \"\\u00e9\\n\"], \"nested\": {\"a\": {}}}"),
    ("code", "git rebase -i HEAD~3 && git push --force-with-lease origin feature/x"),
    ("code", "@@ -1,7 +1,9 @@\n-old line\n+new line\n context"),
    ("code", "a+b-c*d/e%f^g&h|i~j!k@l#m$n(o)p[q]r{s}t<u>v=w?x:y;z,.`'\"\\_"),
    ("code", "λx. (x x) (λx. x x) ∀a b. a → b ⊢ Γ, x : τ"),
]

SUBJECTS = "the scheduler,a worker thread,this parser,the index writer,our cache,every request,the connection pool".split(",")
VERBS = "retries,closes,validates,compresses,forwards,measures,deduplicates,cancels,rewrites,streams".split(",")
OBJECTS = "stale entries,the manifest,pending jobs,a snapshot,encoded vectors,user sessions,log records,the queue".split(",")
TAILS = (
    "before the deadline,when memory runs low,without taking the lock,after three failures,on shutdown,"
    "unless the caller asked otherwise,in sorted order,at most once an hour"
).split(",")
NAMES = "count,index,buffer,result,offset,token,handler,reader,window,cursor,total,limit,payload,digest".split(",")
TYPES = "Int,String,Double,UInt8,[Float],Data,Bool,Set<String>".split(",")


def sentence(rng):
    text = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)} {rng.choice(TAILS)}"
    return text[0].upper() + text[1:] + rng.choice([".", ".", ".", "!", "?", ";"])


def prose(rng, sentences):
    return " ".join(sentence(rng) for _ in range(sentences))


def function(rng, statements):
    name = rng.choice(VERBS) + rng.choice(NAMES).capitalize()
    lines = [f"/// {sentence(rng)}", f"func {name}(_ {rng.choice(NAMES)}: {rng.choice(TYPES)}) -> {rng.choice(TYPES)} {{"]
    for _ in range(statements):
        a, b, c = (rng.choice(NAMES) for _ in range(3))
        lines.append(
            rng.choice(
                [
                    f"  let {a} = {b} + {rng.randrange(10_000)}",
                    f"  guard {a} < {b}.count else {{ return {c} }}",
                    f"  for {a} in {b}.indices where {c} > {rng.random():.3f} {{ {b}[{a}] *= 2 }}",
                    f'  logger.debug("{a} is \\({b}), {rng.choice(TAILS)}")',
                    f"  // {sentence(rng)}",
                    f"  self.{a}_{b} = try await {c}.{a}(for: .{b})",
                ]
            )
        )
    return "\n".join(lines + ["}"])


# Blocks with much in them for a tokenizer: Latin to Cyrillic, Hebrew to Thai, Hangul, symbols, CJK, emoji, specials.
BLOCKS = [
    (0x20, 0x7E), (0xA0, 0x24F), (0x250, 0x36F), (0x370, 0x52F), (0x591, 0x6FF), (0x900, 0xE7F), (0x1100, 0x11FF),
    (0x1E00, 0x1FFF), (0x2000, 0x27BF), (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFFEF),
    (0x10000, 0x1FAFF), (0x2B700, 0x2CF00),
]  # fmt: skip


def scalars(rng, count):
    out = []
    while len(out) < count:
        low, high = rng.choice(BLOCKS)
        for _ in range(rng.randrange(1, 8)):
            scalar = rng.randint(low, high)
            if not 0xD800 <= scalar < 0xE000:
                out.append(chr(scalar))
        if rng.random() < 0.4:
            out.append(" ")
    return "".join(out[:count])


def fixture_texts(rng):
    texts = list(WRITTEN)
    kinds = [
        ("sentence", lambda i: prose(rng, 1)),
        ("paragraph", lambda i: prose(rng, 2 + i % 9)),
        ("function", lambda i: function(rng, 1 + i % 12)),
        ("scalars", lambda i: scalars(rng, 5 + i * 7 % 120)),
        ("over the limit", lambda i: prose(rng, 18 + i) if i % 2 else function(rng, 30 + i)),
    ]
    number = 0
    while len(texts) < 200:
        kind, make = kinds[number % len(kinds)]
        texts.append((kind, make(number // len(kinds))))
        number += 1
    return texts
