export const chenLiZhao = 'Chen, Li & Zhao 2019, On generalization bounds of a family of recurrent neural networks';
