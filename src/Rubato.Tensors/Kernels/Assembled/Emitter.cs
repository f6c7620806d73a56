namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>General registers of x64 that kernels use, by their numbers in encodings.</summary>
internal enum Register
{
    Rax = 0,
    Rcx = 1,
    Rdx = 2,
    Rsi = 6,

    /// <summary>The first argument of a function on Linux.</summary>
    Rdi = 7,
    R8 = 8,
    R9 = 9,
    R10 = 10,
    R11 = 11,
}

/// <summary>
/// Writes x64 instructions, as many as the kernels need: .NET has no intrinsics for tiles and for bfloat16 products.
/// Encodings are those of the Intel 64 manual, volume 2; vectors are 512 bits wide.
/// </summary>
internal sealed class Emitter
{
    private const int VectorBytes = 64;

    private readonly List<byte> _code = [];

    /// <summary>Opcode maps, as prefixes number them.</summary>
    private enum Map
    {
        Of0F = 1,
        Of0F38 = 2,
    }

    /// <summary>What once were prefix bytes.</summary>
    private enum Prefix
    {
        None = 0,
        Of66 = 1,
        OfF3 = 2,
        OfF2 = 3,
    }

    /// <summary>The next instruction's place, for jumps.</summary>
    public int Here => _code.Count;

    public byte[] ToArray() => [.. _code];

    /// <summary>mov target, [address + displacement]</summary>
    public void Load(Register target, Register address, int displacement)
        => Bytes(Rex(target, address), 0x8B, 0x40 | Low(target) << 3 | Low(address), displacement);

    /// <summary>mov target, value</summary>
    public void Set(Register target, int value)
    {
        Bytes(Rex(default, target), 0xC7, 0xC0 | Low(target));
        Int32(value);
    }

    /// <summary>add target, value</summary>
    public void Add(Register target, int value)
    {
        Bytes(Rex(default, target), 0x81, 0xC0 | Low(target));
        Int32(value);
    }

    /// <summary>add target, [address]</summary>
    public void AddFrom(Register target, Register address) => Bytes(Rex(target, address), 0x03, Low(target) << 3 | Low(address));

    /// <summary>dec target</summary>
    public void Decrement(Register target) => Bytes(Rex(default, target), 0xFF, 0xC8 | Low(target));

    /// <summary>jnz place</summary>
    public void JumpIfNotZero(int place)
    {
        Bytes(0x0F, 0x85);
        Int32(place - (Here + sizeof(int)));
    }

    /// <summary>ret</summary>
    public void Return() => Bytes(0xC3);

    /// <summary>vzeroupper</summary>
    public void ZeroUpper() => Bytes(0xC5, 0xF8, 0x77);

    /// <summary>vmovups zmm, [address + displacement]</summary>
    public void LoadVector(int target, Register address, int displacement)
        => Vector(Prefix.None, Map.Of0F, 0x10, target, 0, address, displacement, VectorBytes);

    /// <summary>vmovups [address + displacement], zmm</summary>
    public void StoreVector(int source, Register address, int displacement)
        => Vector(Prefix.None, Map.Of0F, 0x11, source, 0, address, displacement, VectorBytes);

    /// <summary>vpbroadcastd zmm, [address + displacement]</summary>
    public void Broadcast(int target, Register address, int displacement)
        => Vector(Prefix.Of66, Map.Of0F38, 0x58, target, 0, address, displacement, sizeof(int));

    /// <summary>vpxord zmm, zmm, zmm: zeros.</summary>
    public void ClearVector(int target) => Vector(Prefix.Of66, Map.Of0F, 0xEF, target, target, target);

    /// <summary>vaddps target, left, right</summary>
    public void AddVectors(int target, int left, int right) => Vector(Prefix.None, Map.Of0F, 0x58, target, left, right);

    /// <summary>vaddps target, left, [address + displacement]</summary>
    public void AddVector(int target, int left, Register address, int displacement)
        => Vector(Prefix.None, Map.Of0F, 0x58, target, left, address, displacement, VectorBytes);

    /// <summary>vfmadd231ps sum, left, right</summary>
    public void MultiplyAdd(int sum, int left, int right) => Vector(Prefix.Of66, Map.Of0F38, 0xB8, sum, left, right);

    /// <summary>vdpbf16ps sum, left, right: adds the product of the upper halves of each lane, then that of the lower.</summary>
    public void Dot(int sum, int left, int right) => Vector(Prefix.OfF3, Map.Of0F38, 0x52, sum, left, right);

    /// <summary>ldtilecfg [address]</summary>
    public void ConfigureTiles(Register address) => Bytes(0xC4, Vex(0, default, address, Map.Of0F38), 0x78, 0x49, Low(address));

    /// <summary>tilerelease</summary>
    public void ReleaseTiles() => Bytes(0xC4, 0xE2, 0x78, 0x49, 0xC0);

    /// <summary>tileloadd tile, [address + stride + displacement]: rows lie stride bytes apart.</summary>
    public void LoadTile(int tile, Register address, Register stride, int displacement)
        => Tile(Prefix.OfF2, tile, address, stride, displacement);

    /// <summary>tilestored [address + stride + displacement], tile</summary>
    public void StoreTile(int tile, Register address, Register stride, int displacement)
        => Tile(Prefix.OfF3, tile, address, stride, displacement);

    /// <summary>tilezero tile</summary>
    public void ClearTile(int tile) => Bytes(0xC4, 0xE2, 0x78 | (int)Prefix.OfF2, 0x49, 0xC0 | tile << 3);

    /// <summary>tdpbf16ps sum, left, right</summary>
    public void DotTiles(int sum, int left, int right)
        => Bytes(0xC4, 0xE2, (~right & 15) << 3 | (int)Prefix.OfF3, 0x5C, 0xC0 | sum << 3 | left);

    private static int Low(Register register) => (int)register & 7;

    private static int High(Register register) => (int)register >> 3;

    /// <summary>The prefix of 64-bit operands: W, and the high bits of both registers.</summary>
    private static int Rex(Register reg, Register rm) => 0x48 | High(reg) << 2 | High(rm);

    /// <summary>Second byte of a three-byte VEX prefix; it holds the high bits inverted.</summary>
    private static int Vex(int reg, Register index, Register address, Map map)
        => (~reg >> 3 & 1) << 7 | (~High(index) & 1) << 6 | (~High(address) & 1) << 5 | (int)map;

    private void Tile(Prefix prefix, int tile, Register address, Register stride, int displacement)
    {
        Bytes(0xC4, Vex(tile, stride, address, Map.Of0F38), 0x78 | (int)prefix, 0x4B,
            0x80 | tile << 3 | 4, Low(stride) << 3 | Low(address));
        Int32(displacement);
    }

    /// <summary>An instruction on three vectors.</summary>
    private void Vector(Prefix prefix, Map map, int opcode, int reg, int second, int rm)
    {
        Evex(prefix, map, reg, second, ~rm >> 4 & 1, ~rm >> 3 & 1);
        Bytes(opcode, 0xC0 | (reg & 7) << 3 | rm & 7);
    }

    /// <summary>An instruction on two vectors and memory; short displacements count in units of the operand.</summary>
    private void Vector(Prefix prefix, Map map, int opcode, int reg, int second, Register address, int displacement, int unit)
    {
        Evex(prefix, map, reg, second, 1, ~High(address) & 1);
        bool isShort = displacement % unit == 0 && displacement / unit is >= sbyte.MinValue and <= sbyte.MaxValue;
        Bytes(opcode, (isShort ? 0x40 : 0x80) | (reg & 7) << 3 | Low(address));
        if (isShort) Bytes(displacement / unit);
        else Int32(displacement);
    }

    /// <summary>The prefix of 512-bit vectors; it holds the high bits of registers inverted.</summary>
    private void Evex(Prefix prefix, Map map, int reg, int second, int x, int b)
        => Bytes(0x62,
            (~reg >> 3 & 1) << 7 | x << 6 | b << 5 | (~reg >> 4 & 1) << 4 | (int)map,
            (~second & 15) << 3 | 4 | (int)prefix,
            0x40 | (~second >> 4 & 1) << 3);

    private void Int32(int value) => Bytes(value, value >> 8, value >> 16, value >> 24);

    private void Bytes(params ReadOnlySpan<int> values)
    {
        foreach (int value in values) _code.Add((byte)value);
    }
}
