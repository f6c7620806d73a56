namespace Rubato.Tensors;

/// <summary>
/// The numbers of PyTorch's generator on a CUDA device ("NV" noise in some programs), so that a seed published with a
/// picture gives that picture's noise here.
/// </summary>
/// <remarks>
/// Element i of draw c is the first normal of the Philox4x32-10 block with the seed as its key and the counter (c, i).
/// It equals <c>torch.randn</c> for tensors of at most as many elements as the card runs threads in one launch,
/// hundreds of thousands on current cards; beyond that PyTorch's own numbers depend on the card.
/// </remarks>
/// <param name="seed">As given to <c>manual_seed</c>.</param>
public sealed class TorchCudaGenerator(ulong seed) : INoiseSource
{
    private ulong _draw;

    /// <summary>One call of <c>torch.randn</c>: the next draw of this generator.</summary>
    /// <param name="destination">Any length; row-major order.</param>
    public void RandN(Span<float> destination)
    {
        ulong draw = _draw++;
        for (int i = 0; i < destination.Length; i++)
        {
            PhiloxBlock block = Philox.Block(seed, draw, (ulong)i);
            destination[i] = Philox.Pair(block.W0, block.W1).Sine;
        }
    }

    void INoiseSource.Normal(Span<float> destination) => RandN(destination);
}
