using System.Runtime.InteropServices;

namespace Rubato.Tensors.Threads;

/// <summary>
/// The units of a parallel region: an equal run for each thread, taken in pieces. Who is done takes pieces of the others,
/// so a core that something else slows down does not hold the region up. Which thread does which unit changes no bit.
/// </summary>
/// <param name="threads">At least 1.</param>
internal sealed class Shares(int threads)
{
    // Pieces of a share: enough to even out, few enough that the loops of a piece stay long.
    private const int Pieces = 8;

    private readonly Share[] _shares = new Share[threads];

    /// <summary>Deals units out; nobody may be taking.</summary>
    public void Deal(int units)
    {
        for (int i = 0; i < threads; i++)
        {
            ref Share share = ref _shares[i];
            share.Next = (int)((long)units * i / threads);
            share.End = (int)((long)units * (i + 1) / threads);
            share.Piece = Math.Max(1, (share.End - share.Next) / Pieces);
        }
    }

    /// <summary>Takes a piece of a thread's own share, or of another's; false when nothing is left.</summary>
    public bool TryTake(int thread, out int begin, out int end)
    {
        for (int i = 0; i < threads; i++)
        {
            ref Share share = ref _shares[(thread + i) % threads];
            if (Volatile.Read(ref share.Next) >= share.End) continue;
            begin = Interlocked.Add(ref share.Next, share.Piece) - share.Piece;
            end = Math.Min(begin + share.Piece, share.End);
            if (begin < end) return true;
        }

        begin = end = 0;
        return false;
    }

    /// <summary>One thread's run, on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Share
    {
        [FieldOffset(128)]
        public int Next;

        [FieldOffset(132)]
        public int End;

        [FieldOffset(136)]
        public int Piece;
    }
}
