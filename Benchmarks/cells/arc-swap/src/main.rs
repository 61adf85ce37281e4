// Nanoseconds of thread CPU time per `ArcSwap::load`, or per `OnceLock::get`: `arc-swap-bench CASE THREADS`.
use arc_swap::ArcSwap;
use std::sync::{Arc, OnceLock};

fn thread_nanoseconds() -> u64 {
    #[repr(C)]
    struct Timespec { seconds: i64, nanoseconds: i64 }
    extern "C" { fn clock_gettime(clock: i32, time: *mut Timespec) -> i32; }
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    unsafe { clock_gettime(3, &mut time) };
    time.seconds as u64 * 1_000_000_000 + time.nanoseconds as u64
}

static ONCE: OnceLock<u64> = OnceLock::new();

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let case = arguments.get(1).map(String::as_str).unwrap_or("load").to_string();
    let threads: usize = arguments.get(2).and_then(|n| n.parse().ok()).unwrap_or(1);
    let shared = Arc::new(ArcSwap::from_pointee(1u64));
    ONCE.set(1).unwrap();
    let count = 20_000_000u64;
    let handles: Vec<_> = (0..threads).map(|_| {
        let shared = shared.clone();
        let case = case.clone();
        std::thread::spawn(move || {
            let begun = thread_nanoseconds();
            let mut sum = 0u64;
            match case.as_str() {
                "OnceLock" => for _ in 0..count { sum += *std::hint::black_box(&ONCE).get().unwrap(); },
                "load_full" => for _ in 0..count { sum += *shared.load_full(); },
                _ => for _ in 0..count { sum += **shared.load(); },
            }
            assert_eq!(sum, count);
            (thread_nanoseconds() - begun) as f64 / count as f64
        })
    }).collect();
    let results: Vec<f64> = handles.into_iter().map(|h| h.join().unwrap()).collect();
    println!("{}", results.iter().sum::<f64>() / results.len() as f64);
}
