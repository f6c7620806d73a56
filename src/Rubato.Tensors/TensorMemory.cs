namespace Rubato.Tensors;

/// <summary>The bytes behind one tensor and its views: a pinned managed array, or pooled native memory of a scope.</summary>
internal sealed unsafe class TensorMemory
{
    private const int Alignment = 64;

    private readonly long _bytes;
    private readonly byte[]? _array;   // keeps the managed form alive
    private byte* _pointer;

    private TensorMemory(byte* pointer, long bytes, byte[]? array)
    {
        _pointer = pointer;
        _bytes = bytes;
        _array = array;
    }

    /// <summary>The scope that frees the memory; null for managed memory.</summary>
    public Scope? Owner { get; set; }

    /// <summary>Rules and gradients of an open tape that need the memory: it moves outwards when its scope ends.</summary>
    public int Holders { get; set; }

    /// <summary>First byte, 64-byte aligned.</summary>
    /// <exception cref="ObjectDisposedException">The scope of the memory has ended.</exception>
    public byte* Pointer => _pointer != null ? _pointer
        : throw new ObjectDisposedException(nameof(Tensor), "The scope of this tensor has ended; Scope.Keep hands a tensor out.");

    /// <summary>Memory of the current scope, or managed memory where there is none.</summary>
    public static TensorMemory Allocate(long bytes)
    {
        if (Scope.Current is not { } scope) return Managed(bytes);
        var memory = new TensorMemory((byte*)NativePool.Rent(bytes), bytes, array: null);
        scope.Own(memory);
        return memory;
    }

    public static TensorMemory Managed(long bytes)
    {
        byte[] array = GC.AllocateUninitializedArray<byte>(checked((int)bytes + Alignment), pinned: true);
        fixed (byte* first = array)
        {
            byte* aligned = (byte*)(((nint)first + Alignment - 1) & -Alignment);
            HugePages.Advise(aligned, (nuint)bytes);
            return new TensorMemory(aligned, bytes, array);
        }
    }

    /// <summary>Gives native memory back to the pool.</summary>
    public void Release()
    {
        if (_array is null && _pointer != null) NativePool.Return(_pointer, _bytes);
        _pointer = null;
    }
}
