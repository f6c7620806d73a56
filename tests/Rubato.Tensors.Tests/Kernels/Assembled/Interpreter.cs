using System.Runtime.InteropServices;
using Iced.Intel;

namespace Rubato.Tensors.Tests.Kernels.Assembled;

/// <summary>
/// An x64 processor as far as assembled kernels need one: it decodes their bytes and does what the manual says of each
/// instruction, on the memory of this process. So kernels can be judged on machines that cannot run them.
/// </summary>
internal sealed unsafe class Interpreter
{
    private const int Lanes = 16, TileRows = 16, TileRowBytes = 64;

    private readonly long[] _general = new long[16];
    private readonly float[][] _vectors = [.. Enumerable.Range(0, 32).Select(_ => new float[Lanes])];
    private readonly byte[][] _tiles = [.. Enumerable.Range(0, 8).Select(_ => new byte[TileRows * TileRowBytes])];
    private bool _zero;

    /// <summary>Whether ldtilecfg has set up eight tiles of 16 rows of 64 bytes.</summary>
    public bool HasTiles { get; private set; }

    /// <summary>The instructions of some code, to its end.</summary>
    public static Instruction[] Decode(byte[] code)
    {
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code));
        var instructions = new List<Instruction>();
        while (decoder.IP < (ulong)code.Length)
        {
            Instruction next = decoder.Decode();
            Assert.False(next.IsInvalid, $"what stands at {next.IP:x} is no instruction");
            instructions.Add(next);
        }

        return [.. instructions];
    }

    /// <summary>Calls a function of one argument.</summary>
    public void Call(Instruction[] function, long argument)
    {
        _general[Number(Register.RDI)] = argument;
        Dictionary<ulong, int> places = function.Index().ToDictionary(pair => pair.Item.IP, pair => pair.Index);
        for (int at = 0; ; at++)
        {
            Instruction next = function[at];
            if (next.Mnemonic == Mnemonic.Ret) return;
            if (next.Mnemonic != Mnemonic.Jne) Do(next);
            else if (!_zero) at = places[next.NearBranch64] - 1;
        }
    }

    private void Do(Instruction next)
    {
        switch (next.Mnemonic)
        {
            case Mnemonic.Mov when next.Op1Kind == OpKind.Memory: _general[Number(next.Op0Register)] = *(long*)Address(next); break;
            case Mnemonic.Mov: _general[Number(next.Op0Register)] = (long)next.GetImmediate(1); break;
            case Mnemonic.Add when next.Op1Kind == OpKind.Memory: _general[Number(next.Op0Register)] += *(long*)Address(next); break;
            case Mnemonic.Add: _general[Number(next.Op0Register)] += (long)next.GetImmediate(1); break;
            case Mnemonic.Dec: _zero = --_general[Number(next.Op0Register)] == 0; break;
            case Mnemonic.Vzeroupper: break;
            case Mnemonic.Vmovups: Operand(next, 1).CopyTo(Operand(next, 0)); break;
            case Mnemonic.Vpbroadcastd: Vector(next, 0).Fill(*(float*)Address(next)); break;
            case Mnemonic.Vpxord when next.Op1Register == next.Op2Register: Vector(next, 0).Clear(); break;
            case Mnemonic.Vaddps: Combine(next, (_, left, right) => left + right); break;
            case Mnemonic.Vfmadd231ps: Combine(next, (sum, left, right) => MathF.FusedMultiplyAdd(left, right, sum)); break;
            case Mnemonic.Vdpbf16ps:   // the upper halves first; each product is added with one rounding
                Combine(next, (sum, left, right) => MathF.FusedMultiplyAdd(
                    Lower(left), Lower(right), MathF.FusedMultiplyAdd(Upper(left), Upper(right), sum)));
                break;
            case Mnemonic.Ldtilecfg: Configure((byte*)Address(next)); break;
            case Mnemonic.Tilerelease: HasTiles = false; break;
            case Mnemonic.Tileloadd: MoveTile(next, toMemory: false); break;
            case Mnemonic.Tilestored: MoveTile(next, toMemory: true); break;
            case Mnemonic.Tilezero: Array.Clear(Tile(next.Op0Register)); break;
            case Mnemonic.Tdpbf16ps: DotTiles(Tile(next.Op0Register), Tile(next.Op1Register), Tile(next.Op2Register)); break;
            default: throw new NotSupportedException($"{next}");
        }
    }

    private void Combine(Instruction next, Func<float, float, float, float> function)
    {
        Span<float> target = Vector(next, 0);
        Span<float> left = Operand(next, 1), right = Operand(next, 2);
        for (int i = 0; i < Lanes; i++) target[i] = function(target[i], left[i], right[i]);
    }

    /// <summary>For every row of A and column of B: ascending pairs, even and odd numbers apart, then their sum to C.</summary>
    private static void DotTiles(byte[] c, byte[] a, byte[] b)
    {
        Span<float> sums = MemoryMarshal.Cast<byte, float>(c.AsSpan());
        ReadOnlySpan<float> left = MemoryMarshal.Cast<byte, float>(a), right = MemoryMarshal.Cast<byte, float>(b);
        for (int row = 0; row < TileRows; row++)
        {
            for (int column = 0; column < Lanes; column++)
            {
                float even = 0, odd = 0;
                for (int pair = 0; pair < TileRows; pair++)
                {
                    (float x, float y) = (left[row * Lanes + pair], right[pair * Lanes + column]);
                    even = MathF.FusedMultiplyAdd(Lower(x), Lower(y), even);
                    odd = MathF.FusedMultiplyAdd(Upper(x), Upper(y), odd);
                }

                sums[row * Lanes + column] += even + odd;
            }
        }
    }

    private void MoveTile(Instruction next, bool toMemory)
    {
        Assert.True(HasTiles, "tiles are used before ldtilecfg");
        byte[] tile = Tile(toMemory ? next.Op1Register : next.Op0Register);
        byte* first = (byte*)_general[Number(next.MemoryBase)] + (long)next.MemoryDisplacement64;
        long stride = _general[Number(next.MemoryIndex)] * next.MemoryIndexScale;
        for (int row = 0; row < TileRows; row++)
        {
            Span<byte> here = tile.AsSpan(row * TileRowBytes, TileRowBytes), there = new(first + row * stride, TileRowBytes);
            if (toMemory) here.CopyTo(there);
            else there.CopyTo(here);
        }
    }

    private void Configure(byte* palette)
    {
        HasTiles = palette[0] == 1 && palette[1] == 0;
        for (int tile = 0; tile < 8; tile++)
            HasTiles &= ((ushort*)(palette + 16))[tile] == TileRowBytes && palette[48 + tile] == TileRows;
        Assert.True(HasTiles, "the palette does not describe eight full tiles");
    }

    private Span<float> Vector(Instruction next, int operand) => _vectors[next.GetOpRegister(operand) - Register.ZMM0];

    private Span<float> Operand(Instruction next, int operand)
    {
        if (next.GetOpKind(operand) == OpKind.Memory) return new Span<float>((void*)Address(next), Lanes);
        return Vector(next, operand);
    }

    private byte[] Tile(Register register) => _tiles[register - Register.TMM0];

    private long Address(Instruction next)
    {
        Assert.Equal(Register.None, next.MemoryIndex);
        return _general[Number(next.MemoryBase)] + (long)next.MemoryDisplacement64;
    }

    private static int Number(Register register) => register - Register.RAX;

    private static float Lower(float pair) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(pair) << 16);

    private static float Upper(float pair) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(pair) & 0xFFFF0000);
}
